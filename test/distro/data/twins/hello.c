/* Uses the shared library, so that a mixed pair of builds can be seen. */
#include <stddef.h>
#include <stdio.h>

const char *sample_level(void);
double sample_sum(const double *values, size_t count);

int main(void) {
  double values[] = {1, 2, 3, 4};
  printf("%s %s built for %s, library for %s: %.0f\n", NAME, VERSION, LEVEL, sample_level(), sample_sum(values, 4));
  return 0;
}
