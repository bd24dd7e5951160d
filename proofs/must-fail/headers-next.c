/* Fails at headers, warnings ("not understood: #include_next <string.h>"): no gate reads what comes in this way. */
#include_next <string.h>

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
