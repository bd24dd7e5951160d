/* Fails at headers ("not understood: #ifdef __FC_STDINT"): the compiler's headers define other names. */
#include <stdint.h>
#ifdef __FC_STDINT
#define LIMIT 1
#else
#define LIMIT 2
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
