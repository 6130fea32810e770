/*
 * States that differ in nothing that any step or property can still ask are made one, at the end of each step:
 * an epoch that nobody is in, was last in, or can come to is forgotten; Ben's two devices may change places, as may
 * (where it is recovered) Ana's; epochs and entries are numbered by what is in them, not by who was first.
 * Each is a symmetry of the model or drops what is never read again, so nothing that can fall is lost.
 */
#ifdef FORGE_ENTRIES
#define BRANCHES 1
#else
#define BRANCHES 0
#endif
c_code {
    static void swap_bytes(unsigned char *a, unsigned char *b)
    {
        unsigned char t = *a;
        *a = *b;
        *b = t;
    }

    static int bits_order(const unsigned char *a, const unsigned char *b, int size)
    {
        for (int i = 0; i < size; i++)
            if (a[i] != b[i])
                return a[i] < b[i] ? -1 : 1;
        return 0;
    }

    static unsigned char swap_bits(unsigned char set, int i, int j)
    {
        int differ = ((set >> i) ^ (set >> j)) & 1;
        return set ^ (unsigned char)(differ << i | differ << j);
    }

    /* Epochs. */
    static unsigned char same_alive[EPOCHS];

    static void same_reach(int n)
    {
        for (; n && same_alive[n] != 2; n = now.next[n])
            same_alive[n] = 2;
    }

    static void same_forget(void)
    {
        for (int n = 0; n < EPOCHS; n++)
            same_alive[n] = 0;
        for (int d = 0; d < DEVICES; d++)
            if (now.last[d])
                same_alive[now.last[d]] = 1;
        for (int d = 0; d < DEVICES; d++)
            same_reach(now.at[d]);
        for (int n = 1; n < EPOCHS; n++) {
            now.welcome[n] &= now.on;
            if (now.welcome[n])
                same_reach(n);
        }
        for (int n = 1; n < EPOCHS; n++) {
            if (same_alive[n] == 2)
                continue;
            for (int x = 0; x < 3; x++)
                now.lv[n * 3 + x] = now.re[n * 3 + x] = 0;
            for (int k = 0; k < 8; k++)
                now.le[n * 8 + k] = 0;
            now.by[n] = G;
            now.name[n] = now.next[n] = 0;
            if (same_alive[n])
                now.mark[n] &= MADE_UP | NEW_ROOM | GONE;
            else
                now.seat[n] = now.adm[n] = now.ep[n] = now.mark[n] = 0;
        }
    }

    /* What a leaf names is asked where chains have branches, of leaves that are there. */
    static void same_names(void)
    {
        for (int n = 1; n < EPOCHS; n++)
            for (int k = 0; k < 8; k++)
                if (!BRANCHES || !(now.lv[n * 3 + ANA] >> k & 1))
                    now.le[n * 8 + k] = ANA;
        for (int d = 0; d < DEVICES; d++) {
            int head = now.kn[d * 3 + ANA];
            now.off[d] = 0;
            if (now.on >> d & 1 && now.at[d])
                for (int k = 0; k < 8; k++)
                    if ((now.lv[now.at[d] * 3 + ANA] & now.e_devs[head]) >> k & 1 && !(now.e_up[head] >> now.le[now.at[d] * 8 + k] & 1))
                        now.off[d] |= (unsigned char)(1 << k);
        }
    }

    static void same_epoch_key(int n, unsigned char *key)
    {
        *key++ = (unsigned char)(now.ep[n] - 1); /* the free ones last */
        *key++ = now.mark[n];
        for (int x = 0; x < 3; x++) {
            *key++ = now.lv[n * 3 + x];
            *key++ = now.re[n * 3 + x];
        }
        *key++ = now.seat[n];
        *key++ = now.adm[n];
        *key++ = now.by[n];
        *key++ = now.name[n];
        *key++ = now.welcome[n];
        for (int k = 0; k < 8; k++)
            *key++ = now.le[n * 8 + k];
        *key = 0;
        for (int d = 0; d < DEVICES; d++)
            *key |= (unsigned char)((now.at[d] == n) << d);
        *++key = 0;
        for (int d = 0; d < DEVICES; d++)
            *key |= (unsigned char)((now.last[d] == n) << d);
    }

    static void same_swap_epochs(int a, int b)
    {
        for (int x = 0; x < 3; x++) {
            swap_bytes(&now.lv[a * 3 + x], &now.lv[b * 3 + x]);
            swap_bytes(&now.re[a * 3 + x], &now.re[b * 3 + x]);
        }
        for (int k = 0; k < 8; k++)
            swap_bytes(&now.le[a * 8 + k], &now.le[b * 8 + k]);
        swap_bytes(&now.seat[a], &now.seat[b]);
        swap_bytes(&now.adm[a], &now.adm[b]);
        swap_bytes(&now.ep[a], &now.ep[b]);
        swap_bytes(&now.by[a], &now.by[b]);
        swap_bytes(&now.name[a], &now.name[b]);
        swap_bytes(&now.next[a], &now.next[b]);
        swap_bytes(&now.welcome[a], &now.welcome[b]);
        swap_bytes(&now.mark[a], &now.mark[b]);
        for (int n = 1; n < EPOCHS; n++)
            now.next[n] = now.next[n] == a ? b : now.next[n] == b ? a : now.next[n];
        for (int d = 0; d < DEVICES; d++) {
            now.at[d] = now.at[d] == a ? b : now.at[d] == b ? a : now.at[d];
            now.last[d] = now.last[d] == a ? b : now.last[d] == b ? a : now.last[d];
        }
    }

    static void same_order_epochs(void)
    {
        unsigned char a[24], b[24];
        for (int end = EPOCHS - 1; end > 1; end--)
            for (int n = 1; n < end; n++) {
                same_epoch_key(n, a);
                same_epoch_key(n + 1, b);
                if (bits_order(a, b, 21) > 0)
                    same_swap_epochs(n, n + 1);
            }
        for (now.epochs = 1; now.epochs < EPOCHS && now.ep[now.epochs]; now.epochs++)
            ;
    }

    /* Entries: only two of which neither stands on the other change places. */
    static void same_swap_entries(int i, int j)
    {
        swap_bytes(&now.e_up[i], &now.e_up[j]);
        swap_bytes(&now.e_devs[i], &now.e_devs[j]);
        swap_bytes(&now.e_rec[i], &now.e_rec[j]);
        swap_bytes(&now.e_sig[i], &now.e_sig[j]);
        swap_bytes(&now.e_acct[i], &now.e_acct[j]);
        swap_bytes(&now.e_ever[i], &now.e_ever[j]);
        swap_bytes(&now.e_loud[i], &now.e_loud[j]);
        swap_bytes(&now.e_bad[i], &now.e_bad[j]);
        for (int n = 0; n < ENTRIES; n++) {
            now.e_up[n] = swap_bits(now.e_up[n], i, j);
            now.e_loud[n] = swap_bits(now.e_loud[n], i, j);
            now.e_bad[n] = swap_bits(now.e_bad[n], i, j);
        }
        for (int n = 0; n < EPOCHS * 3; n++)
            now.re[n] = now.re[n] == i ? j : now.re[n] == j ? i : now.re[n];
        for (int n = 0; n < EPOCHS * 8; n++)
            now.le[n] = now.le[n] == i ? j : now.le[n] == j ? i : now.le[n];
        for (int n = 0; n < DEVICES * 3; n++)
            now.kn[n] = now.kn[n] == i ? j : now.kn[n] == j ? i : now.kn[n];
        for (int x = 0; x < 3; x++)
            now.owned[x] = now.owned[x] == i ? j : now.owned[x] == j ? i : now.owned[x];
    }

    static void same_entry_key(int n, unsigned char *key)
    {
        *key++ = now.e_acct[n];
        *key++ = now.e_sig[n];
        *key++ = now.e_up[n] & (unsigned char)~(1 << n);
        *key++ = now.e_devs[n];
        *key++ = now.e_rec[n];
        *key = 0;
        for (int d = 0; d < DEVICES; d++)
            *key |= (unsigned char)((now.kn[d * 3 + now.e_acct[n]] == n) << d);
    }

    static void same_order_entries(void)
    {
        unsigned char a[6], b[6];
        for (int end = now.entries - 1; end > 3; end--)
            for (int n = 3; n < end; n++) {
                if (now.e_up[n + 1] >> n & 1)
                    continue;
                same_entry_key(n, a);
                same_entry_key(n + 1, b);
                if (bits_order(a, b, 6) > 0)
                    same_swap_entries(n, n + 1);
            }
    }

    /* Two devices of one person. */
    static void same_device_key(int d, unsigned char *key)
    {
        int at = now.at[d];
        int last = now.last[d];
        *key++ = (now.on >> d & 1) << 4 | (now.in >> d & 1) << 3 | (now.stopped >> d & 1) << 2 | (now.left >> d & 1) << 1 |
                 (now.knows_gone >> d & 1);
        *key++ = now.ep[at];
        *key++ = now.mark[at];
        *key++ = now.ep[last];
        *key++ = now.highest[d];
        for (int x = 0; x < 3; x++)
            *key++ = now.kn[d * 3 + x];
        *key++ = now.forked[d];
        *key++ = now.settled[d];
        *key++ = now.verified[d];
        *key++ = at;
        *key++ = last;
        for (int i = 0; i < 3; i++)
            key[i] = 0;
        for (int n = 1; n < EPOCHS; n++) {
            key[0] |= (unsigned char)(((now.lv[n * 3] | now.lv[n * 3 + 1] | now.lv[n * 3 + 2]) >> d & 1) << n);
            key[1] |= (unsigned char)((now.welcome[n] >> d & 1) << n);
            key[2] |= (unsigned char)((now.by[n] == d) << n);
        }
    }

    static void same_swap_devices(int i, int j)
    {
        unsigned char *const sets[] = {&now.on, &now.in, &now.stopped, &now.left, &now.knows_gone};
        for (unsigned s = 0; s < sizeof sets / sizeof *sets; s++)
            *sets[s] = swap_bits(*sets[s], i, j);
        swap_bytes(&now.at[i], &now.at[j]);
        swap_bytes(&now.last[i], &now.last[j]);
        swap_bytes(&now.highest[i], &now.highest[j]);
        swap_bytes(&now.off[i], &now.off[j]);
        swap_bytes(&now.forked[i], &now.forked[j]);
        swap_bytes(&now.settled[i], &now.settled[j]);
        swap_bytes(&now.verified[i], &now.verified[j]);
        for (int x = 0; x < 3; x++)
            swap_bytes(&now.kn[i * 3 + x], &now.kn[j * 3 + x]);
        for (int n = 0; n < ENTRIES; n++) {
            now.e_devs[n] = swap_bits(now.e_devs[n], i, j);
            now.e_ever[n] = swap_bits(now.e_ever[n], i, j);
        }
        for (int n = 0; n < EPOCHS; n++) {
            for (int x = 0; x < 3; x++)
                now.lv[n * 3 + x] = swap_bits(now.lv[n * 3 + x], i, j);
            now.welcome[n] = swap_bits(now.welcome[n], i, j);
            swap_bytes(&now.le[n * 8 + i], &now.le[n * 8 + j]);
            now.by[n] = now.by[n] == i ? j : now.by[n] == j ? i : now.by[n];
        }
    }

    static void same_order_devices(int i, int j)
    {
        unsigned char a[16], b[16];
        same_device_key(i, a);
        same_device_key(j, b);
        if (bits_order(a, b, 16) > 0)
            same_swap_devices(i, j);
    }

    static void same_state(void)
    {
        for (int d = 0; d < DEVICES; d++)
            if (now.on >> d & 1 && __builtin_popcount(now.e_up[now.kn[d * 3 + ANA]]) == 4) {
                steps_taken[STEP_FOUR]++;
                break;
            }
        same_forget();
        same_names();
        same_order_entries();
        same_order_epochs();
        same_order_devices(B1, B2);
#ifdef ALIKE_A
        same_order_devices(A1, A2);
#endif
        same_order_epochs();
    }
}
#if defined(NO_RULE_3_REMOVED) || defined(NO_RULE_1_FORK)
#define SETTLE c_code { same_names(); } /* there the epoch before is asked, and what has been seen of forks */
#else
#define SETTLE c_code { same_state(); }
#endif
