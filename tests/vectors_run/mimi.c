#include "vectors_run/vector.h"

const struct vector_kind vector_kinds_mimi[] = {
    {NULL, NULL, NULL},
};
