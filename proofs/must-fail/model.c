/* Fails at model ("set does not state: requires \separated"): two pointers that WP takes to be apart. */
/*@ requires one_valid: \valid(one);
  @ requires two_valid: \valid(two);
  @ terminates \true;
  @ exits \false;
  @ assigns *one, *two;
  @ ensures first: *one == 1;
  @ ensures second: *two == 2;
  @*/
void set(unsigned *one, unsigned *two)
{
	*one = 1;
	*two = 2;
}
