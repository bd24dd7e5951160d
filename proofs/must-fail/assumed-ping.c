/* Fails at assumed ("recursive function: ping"): with assumed-pong.c it promises what neither does. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answer: \result == 42;
  @*/
unsigned pong(unsigned n);

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answer: \result == 42;
  @*/
unsigned ping(unsigned n)
{
	return pong(n);
}
