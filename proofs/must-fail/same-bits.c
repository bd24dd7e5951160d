/* Fails at same ("not of the same type or layout"): where bits lie depends on the machine. */
struct bits {
	unsigned low : 4;
	unsigned high : 28;
};

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures low: \result == bits.low;
  @*/
unsigned lowest(struct bits bits)
{
	return bits.low;
}
