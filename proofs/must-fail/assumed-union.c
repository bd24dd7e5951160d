/* Fails at assumed ("union is not understood"): WP does not know what members share. */
union word {
	unsigned whole;
	unsigned other;
};

/*@ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures same: \result == n;
  @*/
unsigned same(unsigned n)
{
	union word word;

	word.whole = n;
	return word.whole;
}
