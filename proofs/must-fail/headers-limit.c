/* Fails at headers ("not understood: #ifndef UINTPTR_MAX"): a header may define it, and another not. */
#include <stdint.h>
#ifndef UINTPTR_MAX
#define UINTPTR_MAX 1
#endif

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
