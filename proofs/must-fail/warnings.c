/* Fails at warnings ("Cast with incompatible pointers types"): WP believes less or more than C says, and only warns. */
/*@ requires at_valid: \valid(at);
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answered: \result == 1;
  @*/
unsigned cast(unsigned *at)
{
	void *any = at;
	unsigned char *byte = any;

	return 1;
}
