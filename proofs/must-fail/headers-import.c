/* Fails at headers, warnings ("not understood: #import <string.h>"): no gate reads what comes in this way. */
#import <string.h>

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	return n;
}
