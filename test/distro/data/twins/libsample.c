/* A loop that the compiler turns into other instructions at each level. */
#include <stddef.h>

const char *sample_level(void) { return LEVEL; }

double sample_sum(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i] * values[i];
  return sum;
}
