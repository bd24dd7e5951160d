/*
 * growth.h: a step of proof that histories and laws of the lifecycle share. A
 * compiler sees nothing of it.
 */
#ifndef PROOFS_GROWTH_H
#define PROOFS_GROWTH_H

#include "lifecycle.h"

/* What growth means for handles, apart from all that a prover could get lost
 * in. */
/*@ ghost
  /@ requires before_valid: \valid(before);
   @ requires after_valid: \valid(after);
   @ requires apart: \separated(before, after);
   @ requires grows: grows(*before, *after);
   @ terminates \true;
   @ exits \false;
   @ assigns \nothing;
   @ ensures issued_stays_issued: issued_stays_issued(*before, *after);
   @ ensures delete_deleted_for_ever: ended_stays_ended(*before, *after);
   @/
  void grown(struct table \ghost *before, struct table *after)
  {
  }
*/

#endif
