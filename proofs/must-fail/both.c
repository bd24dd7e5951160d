/* Fails at both ("not proved by CVC4:1.8: "): cvc4 alone does not prove it. */
/*@ requires range: -1000 <= n <= 1000 && -1000 <= m <= 1000;
  @ terminates \true;
  @ exits \false;
  @ assigns \nothing;
  @ ensures squares: 2 * n * m <= n * n + m * m;
  @*/
void squares(int n, int m)
{
}
