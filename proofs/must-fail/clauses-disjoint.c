/* Fails at clauses ("behavior even is not among the `disjoint behaviors`"): cases that may overlap. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ behavior even:
  @   assumes n % 2 == 0;
  @   ensures even: \result == n;
  @ behavior odd:
  @   assumes n % 2 == 1;
  @   ensures odd: \result == n;
  @ complete behaviors;
  @*/
unsigned same(unsigned n)
{
	return n;
}
