/*
 * news.h: tells engines what is worth a place in the corpus beside the code that an
 * input reaches: what was answered, by operation and by what the call was made on.
 */
#ifndef FUZZ_NEWS_H
#define FUZZ_NEWS_H

#include "checked.h"

/** Tells libFuzzer or AFL++, if one of them runs this process, that the input at hand
 *  has such an answer. How often is no news.
 *  @param situation  what the call was made on
 *  @param op         the call's operation
 *  @param class      of the answer */
void news_tell(enum situation situation, unsigned op, enum answer_class class);

#endif
