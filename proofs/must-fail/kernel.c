/* Fails at same, kernel, warnings ("signed_downcast: "): a false run-time error that WP does not count. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answered: \result != 0;
  @*/
int answer(void)
{
	return (int)0x80090301L;
}
