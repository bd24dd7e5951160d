/* Fails at headers ("not a freestanding header: string.h"): contracts that Frama-C's library brings are not proved. */
#include <string.h>

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
