/* Fails at assumed ("recursive function: pong"): with assumed-ping.c it promises what neither does. */
/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answer: \result == 42;
  @*/
unsigned ping(unsigned n);

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures answer: \result == 42;
  @*/
unsigned pong(unsigned n)
{
	return ping(n);
}
