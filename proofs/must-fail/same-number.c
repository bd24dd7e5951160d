/* Fails at same ("not of the same type: 4294967296"): a long or a long long, of the same size but not the same type. */
#include <stdint.h>

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures told: \result == 4294967296;
  @*/
uint64_t limit(void)
{
	return 4294967296;
}
