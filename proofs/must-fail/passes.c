/* Fails at nothing: the other files fail for what they are meant to show. */
#include <stdint.h>

/*@ predicate below(integer n, integer limit) = n < limit;
  @*/

/*@ requires at_valid: \valid(at);
  @ terminates \true;
  @ exits \false;
  @ assigns *at;
  @ behavior small:
  @   assumes below(n, 10);
  @   ensures counted: *at == n;
  @ behavior large:
  @   assumes !below(n, 10);
  @   ensures limited: *at == 10;
  @ complete behaviors;
  @ disjoint behaviors;
  @*/
void count(uint32_t *at, uint32_t n)
{
	*at = 0;
	/*@ loop invariant range: *at <= n && *at <= 10;
	  @ loop assigns *at;
	  @ loop variant 10 - *at;
	  @*/
	while (*at < n && *at < 10)
		*at += 1;
}
