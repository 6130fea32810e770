/* What the server spent: CPU of all its threads, resident memory; and latencies, in a histogram of
 * 64 steps an octave. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"

enum { NEST = 64 * 40 };

static uint64_t nest[NEST];

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t cpu_ns(int pid)
{
    char path[400], line[100];
    uint64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *d = opendir(path);
    struct dirent *e;
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.') {
            continue; /* ".." has a schedstat too, and would count the first thread twice */
        }
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, e->d_name);
        FILE *f = fopen(path, "r");
        if (f != NULL && fgets(line, sizeof line, f) != NULL) {
            sum += strtoull(line, NULL, 10);
        }
        if (f != NULL) {
            fclose(f);
        }
    }
    if (d != NULL) {
        closedir(d);
    }
    return sum;
}

uint64_t rss_bytes(int pid)
{
    char path[64], line[200];
    uint64_t v = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0) {
            v = strtoull(line + 4, NULL, 10) * 1024;
        }
    }
    if (f != NULL) {
        fclose(f);
    }
    return v;
}

void latency_reset(void)
{
    memset(nest, 0, sizeof nest);
}

void latency_note(uint64_t ns)
{
    int shift = 63 - __builtin_clzll(ns | 64) - 6;
    size_t i = (size_t)shift * 64 + ((ns >> shift) & 63) + 64;
    nest[i < NEST ? i : NEST - 1]++;
}

double latency_us(double q)
{
    uint64_t n = 0, sum = 0;
    for (size_t i = 0; i < NEST; i++) {
        n += nest[i];
    }
    for (size_t i = 64; i < NEST; i++) {
        sum += nest[i];
        if ((double)sum > q * (double)n) {
            return (double)((64 + (i & 63)) << ((i - 64) / 64)) / 1000.0;
        }
    }
    return 0;
}
