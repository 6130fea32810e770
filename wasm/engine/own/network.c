#include "engine/own/network.h"

#include "engine/own/account.h"
#include "engine/own/chain_news.h"
#include "engine/own/command.h"
#include "engine/own/line.h"
#include "engine/own/link.h"
#include "engine/own/note.h"
#include "engine/own/own.h"
#include "engine/own/query.h"
#include "engine/own/recover.h"
#include "store/setting.h"

static struct own *own_of(struct account *a)
{
    return (struct own *)(void *)a; /* its first member */
}

/* ---- life ----------------------------------------------------------------------------------- */

static void init(struct account *a)
{
    own_init(own_of(a));
    a->network = &own_network;
}

static void clear(struct account *a)
{
    own_wipe(own_of(a));
    a->network = &own_network;
}

static void reset(struct account *a, struct step *s)
{
    own_reset(own_of(a), s);
}

static enum err setup(struct account *a, struct step *s, const struct abi_op *op,
                      const struct recovery_code *code)
{
    struct own *o = own_of(a);
    switch (op->kind) {
    case ABI_OP_CREATE:
        return own_account_create(o, s, op->op_create.name, op->op_create.gateway,
                                  op->op_create.device, op->op_create.invitation, code);
    case ABI_OP_RECOVER:
        return own_recover_begin(o, s, code, op->op_recover.gateway, op->op_recover.device);
    case ABI_OP_LINK_DEVICE: {
        struct slice text;
        TRY(own_link_begin(o, s, op->op_link_device.gateway, op->op_link_device.device, &text));
        return store_setting_put(s->store, NETWORK_LINK_CODE, text);
    }
    default:
        return ERR_INPUT;
    }
}

static enum err open(struct account *a, struct step *s)
{
    return own_start(own_of(a), s);
}

static void hang_up(struct account *a, struct step *s)
{
    (void)a;
    for (int conn = OWN_CONN_DEVICE; conn <= OWN_CONN_LAST; conn++) {
        own_line_hang_up(s, conn);
    }
}

/* ---- what the person wants ------------------------------------------------------------------ */

static enum err command(struct account *a, struct step *s, const struct abi_op *op,
                        struct abi_result *r)
{
    return own_command(own_of(a), s, op, r);
}

static enum err query(struct account *a, struct step *s, const struct abi_op *op,
                      struct abi_result *r)
{
    return own_query(own_of(a), s, op, r);
}

static enum err state(struct account *a, struct step *s, struct abi_state *out)
{
    return own_query_state(own_of(a), s, out);
}

static enum err note(struct account *a, struct step *s, const struct store_chat *c, uint64_t *out)
{
    (void)a;
    return own_note_chat(s, c, out);
}

static enum err decided(struct account *a, struct step *s, const struct abi_op *op)
{
    return own_decided(own_of(a), s, op);
}

/* ---- steps ---------------------------------------------------------------------------------- */

static enum err input(struct account *a, struct step *s, const struct network_input *in)
{
    switch (in->kind) {
    case NETWORK_ALARM:
        return own_alarm(own_of(a), s);
    case NETWORK_LIFE:
        return own_life(own_of(a), s, in->life);
    default:
        return own_net(own_of(a), s, in);
    }
}

static enum err work(struct account *a, struct step *s)
{
    return own_work(own_of(a), s);
}

static enum err next_alarm(struct account *a, struct step *s, uint64_t *at_ms)
{
    return own_next_alarm(own_of(a), s, at_ms);
}

static enum err recovery_key(struct account *a, struct step *s, struct slice *hpke)
{
    (void)a;
    return own_chain_hpke(s, hpke);
}

const struct network own_network = {
    .init = init,
    .wipe = clear,
    .reset = reset,
    .setup = setup,
    .open = open,
    .hang_up = hang_up,
    .command = command,
    .query = query,
    .state = state,
    .note = note,
    .decided = decided,
    .input = input,
    .work = work,
    .next_alarm = next_alarm,
    .recovery_key = recovery_key,
};
