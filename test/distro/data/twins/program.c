/* Says which build this is, with real arithmetic so that the level is more than a label. */
#include <stdio.h>

int main(int argc, char **argv) {
  double values[64], sum = 0;
  for (int i = 0; i < 64; i++) values[i] = i * (double)argc;
  for (int i = 0; i < 64; i++) sum += values[i] * values[i];
  printf("%s %s built for %s: %.0f\n", NAME, VERSION, LEVEL, sum / argc / argc);
  return argv[0] == NULL;
}
