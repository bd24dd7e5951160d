/* Fails at same ("printed line"): what is compared is of another type with 32-bit words. */
#include <stdint.h>

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures told: \result == (n < INTPTR_MAX);
  @*/
_Bool fits(long long n)
{
	return n < INTPTR_MAX;
}
