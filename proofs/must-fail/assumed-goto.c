/* Fails at assumed ("goto in code"): a loop that needs no annotation. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	goto end;
end:
	return n;
}
