// Which ops carry a secret that is derived here, so that no passphrase reaches another window.
import type { Op } from '../shared/abi.gen.ts';

export function withSecret(op: Op, secret: Uint8Array): Op {
  switch (op.kind) {
    case 'op_unlock':
    case 'op_create':
    case 'op_recover':
    case 'op_link_device':
    case 'op_slot_put':
    case 'op_confirm':
      return { ...op, secret };
    default:
      return op;
  }
}
