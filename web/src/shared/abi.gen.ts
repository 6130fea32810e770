// Made by gen.py from abi.cddl; do not edit.
import { Reader, Writer } from './cbor.ts';

export const errorNames = ['ok', 'input', 'input-version', 'input-suite', 'auth', 'auth-passphrase', 'auth-policy', 'state', 'state-epoch', 'state-future', 'state-locked', 'state-own', 'state-replay', 'limit', 'limit-rate', 'limit-quota', 'gone', 'store', 'store-corrupt', 'store-full', 'store-newer', 'host', 'host-memory', 'bug'] as const;
export type ErrorName = (typeof errorNames)[number];

export interface OpStatus {
  kind: 'op_status';
}
export function putOpStatus(w: Writer, v: OpStatus): void {
  w.array(1);
  w.uint(1);
}
export function getOpStatus(r: Reader): OpStatus {
  const n = r.array(1);
  r.kind(1);
  r.skipFrom(1, n);
  return { kind: 'op_status' };
}

export interface Slot {
  slotKind: number;
  salt: Uint8Array;
  ops: number;
  memory: number;
  label: Uint8Array;
}
export function putSlot(w: Writer, v: Slot): void {
  w.array(5);
  w.uint(v.slotKind);
  w.bstr(v.salt);
  w.uint(v.ops);
  w.uint(v.memory);
  w.bstr(v.label);
}
export function getSlot(r: Reader): Slot {
  const n = r.array(5);
  const slotKind_ = r.uint();
  const salt_ = r.bstr();
  const ops_ = r.uint();
  const memory_ = r.uint();
  const label_ = r.bstr();
  r.skipFrom(5, n);
  return { slotKind: slotKind_, salt: salt_, ops: ops_, memory: memory_, label: label_ };
}

export interface OpCreate {
  kind: 'op_create';
  name: string;
  gateway: string;
  slot: Slot;
  secret: Uint8Array;
  device: string;
  invitation: string;
}
export function putOpCreate(w: Writer, v: OpCreate): void {
  w.array(7);
  w.uint(2);
  w.tstr(v.name);
  w.tstr(v.gateway);
  putSlot(w, v.slot);
  w.bstr(v.secret);
  w.tstr(v.device);
  w.tstr(v.invitation);
}
export function getOpCreate(r: Reader): OpCreate {
  const n = r.array(7);
  r.kind(2);
  const name_ = r.tstr();
  const gateway_ = r.tstr();
  const slot_ = getSlot(r);
  const secret_ = r.bstr();
  const device_ = r.tstr();
  const invitation_ = r.tstr();
  r.skipFrom(7, n);
  return { kind: 'op_create', name: name_, gateway: gateway_, slot: slot_, secret: secret_, device: device_, invitation: invitation_ };
}

export interface OpUnlock {
  kind: 'op_unlock';
  kind: number;
  secret: Uint8Array;
}
export function putOpUnlock(w: Writer, v: OpUnlock): void {
  w.array(3);
  w.uint(3);
  w.uint(v.kind);
  w.bstr(v.secret);
}
export function getOpUnlock(r: Reader): OpUnlock {
  const n = r.array(3);
  r.kind(3);
  const kind_ = r.uint();
  const secret_ = r.bstr();
  r.skipFrom(3, n);
  return { kind: 'op_unlock', kind: kind_, secret: secret_ };
}

export interface OpLock {
  kind: 'op_lock';
}
export function putOpLock(w: Writer, v: OpLock): void {
  w.array(1);
  w.uint(4);
}
export function getOpLock(r: Reader): OpLock {
  const n = r.array(1);
  r.kind(4);
  r.skipFrom(1, n);
  return { kind: 'op_lock' };
}

export interface OpSlotPut {
  kind: 'op_slot_put';
  slot: Slot;
  secret: Uint8Array;
}
export function putOpSlotPut(w: Writer, v: OpSlotPut): void {
  w.array(3);
  w.uint(5);
  putSlot(w, v.slot);
  w.bstr(v.secret);
}
export function getOpSlotPut(r: Reader): OpSlotPut {
  const n = r.array(3);
  r.kind(5);
  const slot_ = getSlot(r);
  const secret_ = r.bstr();
  r.skipFrom(3, n);
  return { kind: 'op_slot_put', slot: slot_, secret: secret_ };
}

export interface OpSlotDrop {
  kind: 'op_slot_drop';
  slotKind: number;
}
export function putOpSlotDrop(w: Writer, v: OpSlotDrop): void {
  w.array(2);
  w.uint(6);
  w.uint(v.slotKind);
}
export function getOpSlotDrop(r: Reader): OpSlotDrop {
  const n = r.array(2);
  r.kind(6);
  const slotKind_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_slot_drop', slotKind: slotKind_ };
}

export interface OpRecover {
  kind: 'op_recover';
  code: string;
  gateway: string;
  slot: Slot;
  secret: Uint8Array;
  device: string;
}
export function putOpRecover(w: Writer, v: OpRecover): void {
  w.array(6);
  w.uint(7);
  w.tstr(v.code);
  w.tstr(v.gateway);
  putSlot(w, v.slot);
  w.bstr(v.secret);
  w.tstr(v.device);
}
export function getOpRecover(r: Reader): OpRecover {
  const n = r.array(6);
  r.kind(7);
  const code_ = r.tstr();
  const gateway_ = r.tstr();
  const slot_ = getSlot(r);
  const secret_ = r.bstr();
  const device_ = r.tstr();
  r.skipFrom(6, n);
  return { kind: 'op_recover', code: code_, gateway: gateway_, slot: slot_, secret: secret_, device: device_ };
}

export interface OpRecoveryShow {
  kind: 'op_recovery_show';
}
export function putOpRecoveryShow(w: Writer, v: OpRecoveryShow): void {
  w.array(1);
  w.uint(8);
}
export function getOpRecoveryShow(r: Reader): OpRecoveryShow {
  const n = r.array(1);
  r.kind(8);
  r.skipFrom(1, n);
  return { kind: 'op_recovery_show' };
}

export interface OpRecoveryCheck {
  kind: 'op_recovery_check';
  code: string;
}
export function putOpRecoveryCheck(w: Writer, v: OpRecoveryCheck): void {
  w.array(2);
  w.uint(9);
  w.tstr(v.code);
}
export function getOpRecoveryCheck(r: Reader): OpRecoveryCheck {
  const n = r.array(2);
  r.kind(9);
  const code_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_recovery_check', code: code_ };
}

export interface OpWipe {
  kind: 'op_wipe';
}
export function putOpWipe(w: Writer, v: OpWipe): void {
  w.array(1);
  w.uint(10);
}
export function getOpWipe(r: Reader): OpWipe {
  const n = r.array(1);
  r.kind(10);
  r.skipFrom(1, n);
  return { kind: 'op_wipe' };
}

export interface OpProfileSet {
  kind: 'op_profile_set';
  name: string;
  picture: Uint8Array | null;
}
export function putOpProfileSet(w: Writer, v: OpProfileSet): void {
  w.array(3);
  w.uint(11);
  w.tstr(v.name);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
}
export function getOpProfileSet(r: Reader): OpProfileSet {
  const n = r.array(3);
  r.kind(11);
  const name_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  r.skipFrom(3, n);
  return { kind: 'op_profile_set', name: name_, picture: picture_ };
}

export interface OpSettingSet {
  kind: 'op_setting_set';
  key: string;
  value: string;
}
export function putOpSettingSet(w: Writer, v: OpSettingSet): void {
  w.array(3);
  w.uint(12);
  w.tstr(v.key);
  w.tstr(v.value);
}
export function getOpSettingSet(r: Reader): OpSettingSet {
  const n = r.array(3);
  r.kind(12);
  const key_ = r.tstr();
  const value_ = r.tstr();
  r.skipFrom(3, n);
  return { kind: 'op_setting_set', key: key_, value: value_ };
}

export interface OpSettings {
  kind: 'op_settings';
}
export function putOpSettings(w: Writer, v: OpSettings): void {
  w.array(1);
  w.uint(13);
}
export function getOpSettings(r: Reader): OpSettings {
  const n = r.array(1);
  r.kind(13);
  r.skipFrom(1, n);
  return { kind: 'op_settings' };
}

export interface OpLinkMake {
  kind: 'op_link_make';
  label: string;
  uses: number;
  days: number;
}
export function putOpLinkMake(w: Writer, v: OpLinkMake): void {
  w.array(4);
  w.uint(16);
  w.tstr(v.label);
  w.uint(v.uses);
  w.uint(v.days);
}
export function getOpLinkMake(r: Reader): OpLinkMake {
  const n = r.array(4);
  r.kind(16);
  const label_ = r.tstr();
  const uses_ = r.uint();
  const days_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'op_link_make', label: label_, uses: uses_, days: days_ };
}

export interface OpLinkList {
  kind: 'op_link_list';
}
export function putOpLinkList(w: Writer, v: OpLinkList): void {
  w.array(1);
  w.uint(17);
}
export function getOpLinkList(r: Reader): OpLinkList {
  const n = r.array(1);
  r.kind(17);
  r.skipFrom(1, n);
  return { kind: 'op_link_list' };
}

export interface OpLinkDrop {
  kind: 'op_link_drop';
  id: number;
}
export function putOpLinkDrop(w: Writer, v: OpLinkDrop): void {
  w.array(2);
  w.uint(18);
  w.uint(v.id);
}
export function getOpLinkDrop(r: Reader): OpLinkDrop {
  const n = r.array(2);
  r.kind(18);
  const id_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_link_drop', id: id_ };
}

export interface OpAdd {
  kind: 'op_add';
  link: string;
}
export function putOpAdd(w: Writer, v: OpAdd): void {
  w.array(2);
  w.uint(19);
  w.tstr(v.link);
}
export function getOpAdd(r: Reader): OpAdd {
  const n = r.array(2);
  r.kind(19);
  const link_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_add', link: link_ };
}

export interface OpLinkRead {
  kind: 'op_link_read';
  link: string;
}
export function putOpLinkRead(w: Writer, v: OpLinkRead): void {
  w.array(2);
  w.uint(20);
  w.tstr(v.link);
}
export function getOpLinkRead(r: Reader): OpLinkRead {
  const n = r.array(2);
  r.kind(20);
  const link_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_link_read', link: link_ };
}

export interface OpRequests {
  kind: 'op_requests';
}
export function putOpRequests(w: Writer, v: OpRequests): void {
  w.array(1);
  w.uint(21);
}
export function getOpRequests(r: Reader): OpRequests {
  const n = r.array(1);
  r.kind(21);
  r.skipFrom(1, n);
  return { kind: 'op_requests' };
}

export interface OpRequestAnswer {
  kind: 'op_request_answer';
  id: number;
  answer: number;
}
export function putOpRequestAnswer(w: Writer, v: OpRequestAnswer): void {
  w.array(3);
  w.uint(22);
  w.uint(v.id);
  w.uint(v.answer);
}
export function getOpRequestAnswer(r: Reader): OpRequestAnswer {
  const n = r.array(3);
  r.kind(22);
  const id_ = r.uint();
  const answer_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'op_request_answer', id: id_, answer: answer_ };
}

export interface OpBlock {
  kind: 'op_block';
  person: number;
  on: boolean;
}
export function putOpBlock(w: Writer, v: OpBlock): void {
  w.array(3);
  w.uint(23);
  w.uint(v.person);
  w.bool(v.on);
}
export function getOpBlock(r: Reader): OpBlock {
  const n = r.array(3);
  r.kind(23);
  const person_ = r.uint();
  const on_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'op_block', person: person_, on: on_ };
}

export interface OpChats {
  kind: 'op_chats';
}
export function putOpChats(w: Writer, v: OpChats): void {
  w.array(1);
  w.uint(32);
}
export function getOpChats(r: Reader): OpChats {
  const n = r.array(1);
  r.kind(32);
  r.skipFrom(1, n);
  return { kind: 'op_chats' };
}

export interface OpChat {
  kind: 'op_chat';
  chat: number;
}
export function putOpChat(w: Writer, v: OpChat): void {
  w.array(2);
  w.uint(33);
  w.uint(v.chat);
}
export function getOpChat(r: Reader): OpChat {
  const n = r.array(2);
  r.kind(33);
  const chat_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_chat', chat: chat_ };
}

export interface OpChatSet {
  kind: 'op_chat_set';
  chat: number;
  key: string;
  value: number;
}
export function putOpChatSet(w: Writer, v: OpChatSet): void {
  w.array(4);
  w.uint(34);
  w.uint(v.chat);
  w.tstr(v.key);
  w.uint(v.value);
}
export function getOpChatSet(r: Reader): OpChatSet {
  const n = r.array(4);
  r.kind(34);
  const chat_ = r.uint();
  const key_ = r.tstr();
  const value_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'op_chat_set', chat: chat_, key: key_, value: value_ };
}

export interface OpChatDelete {
  kind: 'op_chat_delete';
  chat: number;
}
export function putOpChatDelete(w: Writer, v: OpChatDelete): void {
  w.array(2);
  w.uint(35);
  w.uint(v.chat);
}
export function getOpChatDelete(r: Reader): OpChatDelete {
  const n = r.array(2);
  r.kind(35);
  const chat_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_chat_delete', chat: chat_ };
}

export interface OpMembers {
  kind: 'op_members';
  chat: number;
}
export function putOpMembers(w: Writer, v: OpMembers): void {
  w.array(2);
  w.uint(36);
  w.uint(v.chat);
}
export function getOpMembers(r: Reader): OpMembers {
  const n = r.array(2);
  r.kind(36);
  const chat_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_members', chat: chat_ };
}

export interface OpPeople {
  kind: 'op_people';
}
export function putOpPeople(w: Writer, v: OpPeople): void {
  w.array(1);
  w.uint(37);
}
export function getOpPeople(r: Reader): OpPeople {
  const n = r.array(1);
  r.kind(37);
  r.skipFrom(1, n);
  return { kind: 'op_people' };
}

export interface OpPerson {
  kind: 'op_person';
  person: number;
}
export function putOpPerson(w: Writer, v: OpPerson): void {
  w.array(2);
  w.uint(38);
  w.uint(v.person);
}
export function getOpPerson(r: Reader): OpPerson {
  const n = r.array(2);
  r.kind(38);
  const person_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_person', person: person_ };
}

export interface OpSafety {
  kind: 'op_safety';
  person: number;
}
export function putOpSafety(w: Writer, v: OpSafety): void {
  w.array(2);
  w.uint(39);
  w.uint(v.person);
}
export function getOpSafety(r: Reader): OpSafety {
  const n = r.array(2);
  r.kind(39);
  const person_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_safety', person: person_ };
}

export interface OpVerify {
  kind: 'op_verify';
  person: number;
  on: boolean;
  scanned: Uint8Array | null;
}
export function putOpVerify(w: Writer, v: OpVerify): void {
  w.array(4);
  w.uint(40);
  w.uint(v.person);
  w.bool(v.on);
  if (v.scanned === null) w.null();
  else w.bstr(v.scanned);
}
export function getOpVerify(r: Reader): OpVerify {
  const n = r.array(4);
  r.kind(40);
  const person_ = r.uint();
  const on_ = r.bool();
  const scanned_ = r.takeNull() ? null : r.bstr();
  r.skipFrom(4, n);
  return { kind: 'op_verify', person: person_, on: on_, scanned: scanned_ };
}

export interface OpMessages {
  kind: 'op_messages';
  chat: number;
  before: number;
  after: number;
  around: number;
  limit: number;
}
export function putOpMessages(w: Writer, v: OpMessages): void {
  w.array(6);
  w.uint(48);
  w.uint(v.chat);
  w.uint(v.before);
  w.uint(v.after);
  w.uint(v.around);
  w.uint(v.limit);
}
export function getOpMessages(r: Reader): OpMessages {
  const n = r.array(6);
  r.kind(48);
  const chat_ = r.uint();
  const before_ = r.uint();
  const after_ = r.uint();
  const around_ = r.uint();
  const limit_ = r.uint();
  r.skipFrom(6, n);
  return { kind: 'op_messages', chat: chat_, before: before_, after: after_, around: around_, limit: limit_ };
}

export interface OpMessage {
  kind: 'op_message';
  id: number;
}
export function putOpMessage(w: Writer, v: OpMessage): void {
  w.array(2);
  w.uint(49);
  w.uint(v.id);
}
export function getOpMessage(r: Reader): OpMessage {
  const n = r.array(2);
  r.kind(49);
  const id_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_message', id: id_ };
}

export interface OpSearch {
  kind: 'op_search';
  text: string;
  chat: number;
  before: number;
  limit: number;
}
export function putOpSearch(w: Writer, v: OpSearch): void {
  w.array(5);
  w.uint(50);
  w.tstr(v.text);
  w.uint(v.chat);
  w.uint(v.before);
  w.uint(v.limit);
}
export function getOpSearch(r: Reader): OpSearch {
  const n = r.array(5);
  r.kind(50);
  const text_ = r.tstr();
  const chat_ = r.uint();
  const before_ = r.uint();
  const limit_ = r.uint();
  r.skipFrom(5, n);
  return { kind: 'op_search', text: text_, chat: chat_, before: before_, limit: limit_ };
}

export interface OpStarred {
  kind: 'op_starred';
  before: number;
  limit: number;
}
export function putOpStarred(w: Writer, v: OpStarred): void {
  w.array(3);
  w.uint(51);
  w.uint(v.before);
  w.uint(v.limit);
}
export function getOpStarred(r: Reader): OpStarred {
  const n = r.array(3);
  r.kind(51);
  const before_ = r.uint();
  const limit_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'op_starred', before: before_, limit: limit_ };
}

export interface OpSend {
  kind: 'op_send';
  chat: number;
  text: string;
  replyTo: number;
  mentions: readonly number[];
}
export function putOpSend(w: Writer, v: OpSend): void {
  w.array(5);
  w.uint(64);
  w.uint(v.chat);
  w.tstr(v.text);
  w.uint(v.replyTo);
  w.array(v.mentions.length);
  for (const x of v.mentions) w.uint(x);
}
export function getOpSend(r: Reader): OpSend {
  const n = r.array(5);
  r.kind(64);
  const chat_ = r.uint();
  const text_ = r.tstr();
  const replyTo_ = r.uint();
  const mentions_ = r.list(() => r.uint());
  r.skipFrom(5, n);
  return { kind: 'op_send', chat: chat_, text: text_, replyTo: replyTo_, mentions: mentions_ };
}

export interface OpEdit {
  kind: 'op_edit';
  message: number;
  text: string;
}
export function putOpEdit(w: Writer, v: OpEdit): void {
  w.array(3);
  w.uint(65);
  w.uint(v.message);
  w.tstr(v.text);
}
export function getOpEdit(r: Reader): OpEdit {
  const n = r.array(3);
  r.kind(65);
  const message_ = r.uint();
  const text_ = r.tstr();
  r.skipFrom(3, n);
  return { kind: 'op_edit', message: message_, text: text_ };
}

export interface OpDelete {
  kind: 'op_delete';
  message: number;
  everyone: boolean;
}
export function putOpDelete(w: Writer, v: OpDelete): void {
  w.array(3);
  w.uint(66);
  w.uint(v.message);
  w.bool(v.everyone);
}
export function getOpDelete(r: Reader): OpDelete {
  const n = r.array(3);
  r.kind(66);
  const message_ = r.uint();
  const everyone_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'op_delete', message: message_, everyone: everyone_ };
}

export interface OpReact {
  kind: 'op_react';
  message: number;
  emoji: string;
}
export function putOpReact(w: Writer, v: OpReact): void {
  w.array(3);
  w.uint(67);
  w.uint(v.message);
  w.tstr(v.emoji);
}
export function getOpReact(r: Reader): OpReact {
  const n = r.array(3);
  r.kind(67);
  const message_ = r.uint();
  const emoji_ = r.tstr();
  r.skipFrom(3, n);
  return { kind: 'op_react', message: message_, emoji: emoji_ };
}

export interface OpStar {
  kind: 'op_star';
  message: number;
  on: boolean;
}
export function putOpStar(w: Writer, v: OpStar): void {
  w.array(3);
  w.uint(68);
  w.uint(v.message);
  w.bool(v.on);
}
export function getOpStar(r: Reader): OpStar {
  const n = r.array(3);
  r.kind(68);
  const message_ = r.uint();
  const on_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'op_star', message: message_, on: on_ };
}

export interface OpRetry {
  kind: 'op_retry';
  message: number;
}
export function putOpRetry(w: Writer, v: OpRetry): void {
  w.array(2);
  w.uint(69);
  w.uint(v.message);
}
export function getOpRetry(r: Reader): OpRetry {
  const n = r.array(2);
  r.kind(69);
  const message_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_retry', message: message_ };
}

export interface OpDraft {
  kind: 'op_draft';
  chat: number;
  text: string;
  replyTo: number;
}
export function putOpDraft(w: Writer, v: OpDraft): void {
  w.array(4);
  w.uint(70);
  w.uint(v.chat);
  w.tstr(v.text);
  w.uint(v.replyTo);
}
export function getOpDraft(r: Reader): OpDraft {
  const n = r.array(4);
  r.kind(70);
  const chat_ = r.uint();
  const text_ = r.tstr();
  const replyTo_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'op_draft', chat: chat_, text: text_, replyTo: replyTo_ };
}

export interface OpRead {
  kind: 'op_read';
  chat: number;
  message: number;
}
export function putOpRead(w: Writer, v: OpRead): void {
  w.array(3);
  w.uint(71);
  w.uint(v.chat);
  w.uint(v.message);
}
export function getOpRead(r: Reader): OpRead {
  const n = r.array(3);
  r.kind(71);
  const chat_ = r.uint();
  const message_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'op_read', chat: chat_, message: message_ };
}

export interface OpTyping {
  kind: 'op_typing';
  chat: number;
  on: boolean;
}
export function putOpTyping(w: Writer, v: OpTyping): void {
  w.array(3);
  w.uint(72);
  w.uint(v.chat);
  w.bool(v.on);
}
export function getOpTyping(r: Reader): OpTyping {
  const n = r.array(3);
  r.kind(72);
  const chat_ = r.uint();
  const on_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'op_typing', chat: chat_, on: on_ };
}

export interface OpGroupMake {
  kind: 'op_group_make';
  name: string;
  picture: Uint8Array | null;
  people: readonly number[];
}
export function putOpGroupMake(w: Writer, v: OpGroupMake): void {
  w.array(4);
  w.uint(80);
  w.tstr(v.name);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
  w.array(v.people.length);
  for (const x of v.people) w.uint(x);
}
export function getOpGroupMake(r: Reader): OpGroupMake {
  const n = r.array(4);
  r.kind(80);
  const name_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  const people_ = r.list(() => r.uint());
  r.skipFrom(4, n);
  return { kind: 'op_group_make', name: name_, picture: picture_, people: people_ };
}

export interface OpGroupSet {
  kind: 'op_group_set';
  chat: number;
  name: string;
  picture: Uint8Array | null;
}
export function putOpGroupSet(w: Writer, v: OpGroupSet): void {
  w.array(4);
  w.uint(81);
  w.uint(v.chat);
  w.tstr(v.name);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
}
export function getOpGroupSet(r: Reader): OpGroupSet {
  const n = r.array(4);
  r.kind(81);
  const chat_ = r.uint();
  const name_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  r.skipFrom(4, n);
  return { kind: 'op_group_set', chat: chat_, name: name_, picture: picture_ };
}

export interface OpGroupAdd {
  kind: 'op_group_add';
  chat: number;
  people: readonly number[];
}
export function putOpGroupAdd(w: Writer, v: OpGroupAdd): void {
  w.array(3);
  w.uint(82);
  w.uint(v.chat);
  w.array(v.people.length);
  for (const x of v.people) w.uint(x);
}
export function getOpGroupAdd(r: Reader): OpGroupAdd {
  const n = r.array(3);
  r.kind(82);
  const chat_ = r.uint();
  const people_ = r.list(() => r.uint());
  r.skipFrom(3, n);
  return { kind: 'op_group_add', chat: chat_, people: people_ };
}

export interface OpGroupRemove {
  kind: 'op_group_remove';
  chat: number;
  person: number;
}
export function putOpGroupRemove(w: Writer, v: OpGroupRemove): void {
  w.array(3);
  w.uint(83);
  w.uint(v.chat);
  w.uint(v.person);
}
export function getOpGroupRemove(r: Reader): OpGroupRemove {
  const n = r.array(3);
  r.kind(83);
  const chat_ = r.uint();
  const person_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'op_group_remove', chat: chat_, person: person_ };
}

export interface OpGroupRole {
  kind: 'op_group_role';
  chat: number;
  person: number;
  role: number;
}
export function putOpGroupRole(w: Writer, v: OpGroupRole): void {
  w.array(4);
  w.uint(84);
  w.uint(v.chat);
  w.uint(v.person);
  w.uint(v.role);
}
export function getOpGroupRole(r: Reader): OpGroupRole {
  const n = r.array(4);
  r.kind(84);
  const chat_ = r.uint();
  const person_ = r.uint();
  const role_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'op_group_role', chat: chat_, person: person_, role: role_ };
}

export interface OpGroupLeave {
  kind: 'op_group_leave';
  chat: number;
}
export function putOpGroupLeave(w: Writer, v: OpGroupLeave): void {
  w.array(2);
  w.uint(85);
  w.uint(v.chat);
}
export function getOpGroupLeave(r: Reader): OpGroupLeave {
  const n = r.array(2);
  r.kind(85);
  const chat_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_group_leave', chat: chat_ };
}

export interface OpGroupLink {
  kind: 'op_group_link';
  chat: number;
  on: boolean;
}
export function putOpGroupLink(w: Writer, v: OpGroupLink): void {
  w.array(3);
  w.uint(86);
  w.uint(v.chat);
  w.bool(v.on);
}
export function getOpGroupLink(r: Reader): OpGroupLink {
  const n = r.array(3);
  r.kind(86);
  const chat_ = r.uint();
  const on_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'op_group_link', chat: chat_, on: on_ };
}

export interface OpGroupJoin {
  kind: 'op_group_join';
  link: string;
}
export function putOpGroupJoin(w: Writer, v: OpGroupJoin): void {
  w.array(2);
  w.uint(87);
  w.tstr(v.link);
}
export function getOpGroupJoin(r: Reader): OpGroupJoin {
  const n = r.array(2);
  r.kind(87);
  const link_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_group_join', link: link_ };
}

export interface OpFileBegin {
  kind: 'op_file_begin';
  chat: number;
  name: string;
  type: string;
  bytes: number;
  width: number;
  height: number;
  preview: Uint8Array;
  caption: string;
  replyTo: number;
}
export function putOpFileBegin(w: Writer, v: OpFileBegin): void {
  w.array(10);
  w.uint(96);
  w.uint(v.chat);
  w.tstr(v.name);
  w.tstr(v.type);
  w.uint(v.bytes);
  w.uint(v.width);
  w.uint(v.height);
  w.bstr(v.preview);
  w.tstr(v.caption);
  w.uint(v.replyTo);
}
export function getOpFileBegin(r: Reader): OpFileBegin {
  const n = r.array(10);
  r.kind(96);
  const chat_ = r.uint();
  const name_ = r.tstr();
  const type_ = r.tstr();
  const bytes_ = r.uint();
  const width_ = r.uint();
  const height_ = r.uint();
  const preview_ = r.bstr();
  const caption_ = r.tstr();
  const replyTo_ = r.uint();
  r.skipFrom(10, n);
  return { kind: 'op_file_begin', chat: chat_, name: name_, type: type_, bytes: bytes_, width: width_, height: height_, preview: preview_, caption: caption_, replyTo: replyTo_ };
}

export interface OpFileChunk {
  kind: 'op_file_chunk';
  message: number;
  offset: number;
  data: Uint8Array;
  last: boolean;
}
export function putOpFileChunk(w: Writer, v: OpFileChunk): void {
  w.array(5);
  w.uint(97);
  w.uint(v.message);
  w.uint(v.offset);
  w.bstr(v.data);
  w.bool(v.last);
}
export function getOpFileChunk(r: Reader): OpFileChunk {
  const n = r.array(5);
  r.kind(97);
  const message_ = r.uint();
  const offset_ = r.uint();
  const data_ = r.bstr();
  const last_ = r.bool();
  r.skipFrom(5, n);
  return { kind: 'op_file_chunk', message: message_, offset: offset_, data: data_, last: last_ };
}

export interface OpFileCancel {
  kind: 'op_file_cancel';
  message: number;
}
export function putOpFileCancel(w: Writer, v: OpFileCancel): void {
  w.array(2);
  w.uint(98);
  w.uint(v.message);
}
export function getOpFileCancel(r: Reader): OpFileCancel {
  const n = r.array(2);
  r.kind(98);
  const message_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_file_cancel', message: message_ };
}

export interface OpFileFetch {
  kind: 'op_file_fetch';
  message: number;
}
export function putOpFileFetch(w: Writer, v: OpFileFetch): void {
  w.array(2);
  w.uint(99);
  w.uint(v.message);
}
export function getOpFileFetch(r: Reader): OpFileFetch {
  const n = r.array(2);
  r.kind(99);
  const message_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'op_file_fetch', message: message_ };
}

export interface OpFileRead {
  kind: 'op_file_read';
  message: number;
  offset: number;
}
export function putOpFileRead(w: Writer, v: OpFileRead): void {
  w.array(3);
  w.uint(100);
  w.uint(v.message);
  w.uint(v.offset);
}
export function getOpFileRead(r: Reader): OpFileRead {
  const n = r.array(3);
  r.kind(100);
  const message_ = r.uint();
  const offset_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'op_file_read', message: message_, offset: offset_ };
}

export interface OpDevices {
  kind: 'op_devices';
}
export function putOpDevices(w: Writer, v: OpDevices): void {
  w.array(1);
  w.uint(112);
}
export function getOpDevices(r: Reader): OpDevices {
  const n = r.array(1);
  r.kind(112);
  r.skipFrom(1, n);
  return { kind: 'op_devices' };
}

export interface OpDeviceRevoke {
  kind: 'op_device_revoke';
  device: Uint8Array;
}
export function putOpDeviceRevoke(w: Writer, v: OpDeviceRevoke): void {
  w.array(2);
  w.uint(113);
  w.bstr(v.device);
}
export function getOpDeviceRevoke(r: Reader): OpDeviceRevoke {
  const n = r.array(2);
  r.kind(113);
  const device_ = r.bstr();
  r.skipFrom(2, n);
  return { kind: 'op_device_revoke', device: device_ };
}

export interface OpDeviceName {
  kind: 'op_device_name';
  name: string;
}
export function putOpDeviceName(w: Writer, v: OpDeviceName): void {
  w.array(2);
  w.uint(114);
  w.tstr(v.name);
}
export function getOpDeviceName(r: Reader): OpDeviceName {
  const n = r.array(2);
  r.kind(114);
  const name_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_device_name', name: name_ };
}

export interface OpLinkDevice {
  kind: 'op_link_device';
  gateway: string;
  slot: Slot;
  secret: Uint8Array;
  device: string;
}
export function putOpLinkDevice(w: Writer, v: OpLinkDevice): void {
  w.array(5);
  w.uint(115);
  w.tstr(v.gateway);
  putSlot(w, v.slot);
  w.bstr(v.secret);
  w.tstr(v.device);
}
export function getOpLinkDevice(r: Reader): OpLinkDevice {
  const n = r.array(5);
  r.kind(115);
  const gateway_ = r.tstr();
  const slot_ = getSlot(r);
  const secret_ = r.bstr();
  const device_ = r.tstr();
  r.skipFrom(5, n);
  return { kind: 'op_link_device', gateway: gateway_, slot: slot_, secret: secret_, device: device_ };
}

export interface OpLinkAccept {
  kind: 'op_link_accept';
  code: string;
}
export function putOpLinkAccept(w: Writer, v: OpLinkAccept): void {
  w.array(2);
  w.uint(116);
  w.tstr(v.code);
}
export function getOpLinkAccept(r: Reader): OpLinkAccept {
  const n = r.array(2);
  r.kind(116);
  const code_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'op_link_accept', code: code_ };
}

export interface OpLinkCancel {
  kind: 'op_link_cancel';
}
export function putOpLinkCancel(w: Writer, v: OpLinkCancel): void {
  w.array(1);
  w.uint(117);
}
export function getOpLinkCancel(r: Reader): OpLinkCancel {
  const n = r.array(1);
  r.kind(117);
  r.skipFrom(1, n);
  return { kind: 'op_link_cancel' };
}

export interface OpState {
  kind: 'op_state';
}
export function putOpState(w: Writer, v: OpState): void {
  w.array(1);
  w.uint(118);
}
export function getOpState(r: Reader): OpState {
  const n = r.array(1);
  r.kind(118);
  r.skipFrom(1, n);
  return { kind: 'op_state' };
}

export type Op = OpStatus | OpCreate | OpUnlock | OpLock | OpSlotPut | OpSlotDrop | OpRecover | OpRecoveryShow | OpRecoveryCheck | OpWipe | OpProfileSet | OpSettingSet | OpSettings | OpLinkMake | OpLinkList | OpLinkDrop | OpAdd | OpLinkRead | OpRequests | OpRequestAnswer | OpBlock | OpChats | OpChat | OpChatSet | OpChatDelete | OpMembers | OpPeople | OpPerson | OpSafety | OpVerify | OpMessages | OpMessage | OpSearch | OpStarred | OpSend | OpEdit | OpDelete | OpReact | OpStar | OpRetry | OpDraft | OpRead | OpTyping | OpGroupMake | OpGroupSet | OpGroupAdd | OpGroupRemove | OpGroupRole | OpGroupLeave | OpGroupLink | OpGroupJoin | OpFileBegin | OpFileChunk | OpFileCancel | OpFileFetch | OpFileRead | OpDevices | OpDeviceRevoke | OpDeviceName | OpLinkDevice | OpLinkAccept | OpLinkCancel | OpState;
export function putOp(w: Writer, v: Op): void {
  switch (v.kind) {
    case 'op_status':
      return putOpStatus(w, v);
    case 'op_create':
      return putOpCreate(w, v);
    case 'op_unlock':
      return putOpUnlock(w, v);
    case 'op_lock':
      return putOpLock(w, v);
    case 'op_slot_put':
      return putOpSlotPut(w, v);
    case 'op_slot_drop':
      return putOpSlotDrop(w, v);
    case 'op_recover':
      return putOpRecover(w, v);
    case 'op_recovery_show':
      return putOpRecoveryShow(w, v);
    case 'op_recovery_check':
      return putOpRecoveryCheck(w, v);
    case 'op_wipe':
      return putOpWipe(w, v);
    case 'op_profile_set':
      return putOpProfileSet(w, v);
    case 'op_setting_set':
      return putOpSettingSet(w, v);
    case 'op_settings':
      return putOpSettings(w, v);
    case 'op_link_make':
      return putOpLinkMake(w, v);
    case 'op_link_list':
      return putOpLinkList(w, v);
    case 'op_link_drop':
      return putOpLinkDrop(w, v);
    case 'op_add':
      return putOpAdd(w, v);
    case 'op_link_read':
      return putOpLinkRead(w, v);
    case 'op_requests':
      return putOpRequests(w, v);
    case 'op_request_answer':
      return putOpRequestAnswer(w, v);
    case 'op_block':
      return putOpBlock(w, v);
    case 'op_chats':
      return putOpChats(w, v);
    case 'op_chat':
      return putOpChat(w, v);
    case 'op_chat_set':
      return putOpChatSet(w, v);
    case 'op_chat_delete':
      return putOpChatDelete(w, v);
    case 'op_members':
      return putOpMembers(w, v);
    case 'op_people':
      return putOpPeople(w, v);
    case 'op_person':
      return putOpPerson(w, v);
    case 'op_safety':
      return putOpSafety(w, v);
    case 'op_verify':
      return putOpVerify(w, v);
    case 'op_messages':
      return putOpMessages(w, v);
    case 'op_message':
      return putOpMessage(w, v);
    case 'op_search':
      return putOpSearch(w, v);
    case 'op_starred':
      return putOpStarred(w, v);
    case 'op_send':
      return putOpSend(w, v);
    case 'op_edit':
      return putOpEdit(w, v);
    case 'op_delete':
      return putOpDelete(w, v);
    case 'op_react':
      return putOpReact(w, v);
    case 'op_star':
      return putOpStar(w, v);
    case 'op_retry':
      return putOpRetry(w, v);
    case 'op_draft':
      return putOpDraft(w, v);
    case 'op_read':
      return putOpRead(w, v);
    case 'op_typing':
      return putOpTyping(w, v);
    case 'op_group_make':
      return putOpGroupMake(w, v);
    case 'op_group_set':
      return putOpGroupSet(w, v);
    case 'op_group_add':
      return putOpGroupAdd(w, v);
    case 'op_group_remove':
      return putOpGroupRemove(w, v);
    case 'op_group_role':
      return putOpGroupRole(w, v);
    case 'op_group_leave':
      return putOpGroupLeave(w, v);
    case 'op_group_link':
      return putOpGroupLink(w, v);
    case 'op_group_join':
      return putOpGroupJoin(w, v);
    case 'op_file_begin':
      return putOpFileBegin(w, v);
    case 'op_file_chunk':
      return putOpFileChunk(w, v);
    case 'op_file_cancel':
      return putOpFileCancel(w, v);
    case 'op_file_fetch':
      return putOpFileFetch(w, v);
    case 'op_file_read':
      return putOpFileRead(w, v);
    case 'op_devices':
      return putOpDevices(w, v);
    case 'op_device_revoke':
      return putOpDeviceRevoke(w, v);
    case 'op_device_name':
      return putOpDeviceName(w, v);
    case 'op_link_device':
      return putOpLinkDevice(w, v);
    case 'op_link_accept':
      return putOpLinkAccept(w, v);
    case 'op_link_cancel':
      return putOpLinkCancel(w, v);
    case 'op_state':
      return putOpState(w, v);
  }
}
export function getOp(r: Reader): Op {
  switch (r.peekKind()) {
    case 1:
      return getOpStatus(r);
    case 2:
      return getOpCreate(r);
    case 3:
      return getOpUnlock(r);
    case 4:
      return getOpLock(r);
    case 5:
      return getOpSlotPut(r);
    case 6:
      return getOpSlotDrop(r);
    case 7:
      return getOpRecover(r);
    case 8:
      return getOpRecoveryShow(r);
    case 9:
      return getOpRecoveryCheck(r);
    case 10:
      return getOpWipe(r);
    case 11:
      return getOpProfileSet(r);
    case 12:
      return getOpSettingSet(r);
    case 13:
      return getOpSettings(r);
    case 16:
      return getOpLinkMake(r);
    case 17:
      return getOpLinkList(r);
    case 18:
      return getOpLinkDrop(r);
    case 19:
      return getOpAdd(r);
    case 20:
      return getOpLinkRead(r);
    case 21:
      return getOpRequests(r);
    case 22:
      return getOpRequestAnswer(r);
    case 23:
      return getOpBlock(r);
    case 32:
      return getOpChats(r);
    case 33:
      return getOpChat(r);
    case 34:
      return getOpChatSet(r);
    case 35:
      return getOpChatDelete(r);
    case 36:
      return getOpMembers(r);
    case 37:
      return getOpPeople(r);
    case 38:
      return getOpPerson(r);
    case 39:
      return getOpSafety(r);
    case 40:
      return getOpVerify(r);
    case 48:
      return getOpMessages(r);
    case 49:
      return getOpMessage(r);
    case 50:
      return getOpSearch(r);
    case 51:
      return getOpStarred(r);
    case 64:
      return getOpSend(r);
    case 65:
      return getOpEdit(r);
    case 66:
      return getOpDelete(r);
    case 67:
      return getOpReact(r);
    case 68:
      return getOpStar(r);
    case 69:
      return getOpRetry(r);
    case 70:
      return getOpDraft(r);
    case 71:
      return getOpRead(r);
    case 72:
      return getOpTyping(r);
    case 80:
      return getOpGroupMake(r);
    case 81:
      return getOpGroupSet(r);
    case 82:
      return getOpGroupAdd(r);
    case 83:
      return getOpGroupRemove(r);
    case 84:
      return getOpGroupRole(r);
    case 85:
      return getOpGroupLeave(r);
    case 86:
      return getOpGroupLink(r);
    case 87:
      return getOpGroupJoin(r);
    case 96:
      return getOpFileBegin(r);
    case 97:
      return getOpFileChunk(r);
    case 98:
      return getOpFileCancel(r);
    case 99:
      return getOpFileFetch(r);
    case 100:
      return getOpFileRead(r);
    case 112:
      return getOpDevices(r);
    case 113:
      return getOpDeviceRevoke(r);
    case 114:
      return getOpDeviceName(r);
    case 115:
      return getOpLinkDevice(r);
    case 116:
      return getOpLinkAccept(r);
    case 117:
      return getOpLinkCancel(r);
    case 118:
      return getOpState(r);
    default:
      throw new Error('unknown op');
  }
}

export interface Command {
  kind: 'command';
  request: number;
  op: Op;
}
export function putCommand(w: Writer, v: Command): void {
  w.array(3);
  w.uint(1);
  w.uint(v.request);
  putOp(w, v.op);
}
export function getCommand(r: Reader): Command {
  const n = r.array(3);
  r.kind(1);
  const request_ = r.uint();
  const op_ = getOp(r);
  r.skipFrom(3, n);
  return { kind: 'command', request: request_, op: op_ };
}

export interface NetOpen {
  kind: 'net_open';
  conn: number;
}
export function putNetOpen(w: Writer, v: NetOpen): void {
  w.array(2);
  w.uint(2);
  w.uint(v.conn);
}
export function getNetOpen(r: Reader): NetOpen {
  const n = r.array(2);
  r.kind(2);
  const conn_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'net_open', conn: conn_ };
}

export interface NetMessage {
  kind: 'net_message';
  conn: number;
  data: Uint8Array;
}
export function putNetMessage(w: Writer, v: NetMessage): void {
  w.array(3);
  w.uint(3);
  w.uint(v.conn);
  w.bstr(v.data);
}
export function getNetMessage(r: Reader): NetMessage {
  const n = r.array(3);
  r.kind(3);
  const conn_ = r.uint();
  const data_ = r.bstr();
  r.skipFrom(3, n);
  return { kind: 'net_message', conn: conn_, data: data_ };
}

export interface NetClose {
  kind: 'net_close';
  conn: number;
}
export function putNetClose(w: Writer, v: NetClose): void {
  w.array(2);
  w.uint(4);
  w.uint(v.conn);
}
export function getNetClose(r: Reader): NetClose {
  const n = r.array(2);
  r.kind(4);
  const conn_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'net_close', conn: conn_ };
}

export interface Alarm {
  kind: 'alarm';
}
export function putAlarm(w: Writer, v: Alarm): void {
  w.array(1);
  w.uint(5);
}
export function getAlarm(r: Reader): Alarm {
  const n = r.array(1);
  r.kind(5);
  r.skipFrom(1, n);
  return { kind: 'alarm' };
}

export interface Life {
  kind: 'life';
  state: number;
}
export function putLife(w: Writer, v: Life): void {
  w.array(2);
  w.uint(6);
  w.uint(v.state);
}
export function getLife(r: Reader): Life {
  const n = r.array(2);
  r.kind(6);
  const state_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'life', state: state_ };
}

export type Event = Command | NetOpen | NetMessage | NetClose | Alarm | Life;
export function putEvent(w: Writer, v: Event): void {
  switch (v.kind) {
    case 'command':
      return putCommand(w, v);
    case 'net_open':
      return putNetOpen(w, v);
    case 'net_message':
      return putNetMessage(w, v);
    case 'net_close':
      return putNetClose(w, v);
    case 'alarm':
      return putAlarm(w, v);
    case 'life':
      return putLife(w, v);
  }
}
export function getEvent(r: Reader): Event {
  switch (r.peekKind()) {
    case 1:
      return getCommand(r);
    case 2:
      return getNetOpen(r);
    case 3:
      return getNetMessage(r);
    case 4:
      return getNetClose(r);
    case 5:
      return getAlarm(r);
    case 6:
      return getLife(r);
    default:
      throw new Error('unknown event');
  }
}

export interface Input {
  nowMs: number;
  event: Event;
}
export function putInput(w: Writer, v: Input): void {
  w.array(2);
  w.uint(v.nowMs);
  putEvent(w, v.event);
}
export function getInput(r: Reader): Input {
  const n = r.array(2);
  const nowMs_ = r.uint();
  const event_ = getEvent(r);
  r.skipFrom(2, n);
  return { nowMs: nowMs_, event: event_ };
}

export interface Ok {
  kind: 'ok';
}
export function putOk(w: Writer, v: Ok): void {
  w.array(1);
  w.uint(1);
}
export function getOk(r: Reader): Ok {
  const n = r.array(1);
  r.kind(1);
  r.skipFrom(1, n);
  return { kind: 'ok' };
}

export interface Status {
  kind: 'status';
  exists: boolean;
  unlocked: boolean;
  slots: readonly Slot[];
  waitMs: number;
}
export function putStatus(w: Writer, v: Status): void {
  w.array(5);
  w.uint(2);
  w.bool(v.exists);
  w.bool(v.unlocked);
  w.array(v.slots.length);
  for (const x of v.slots) putSlot(w, x);
  w.uint(v.waitMs);
}
export function getStatus(r: Reader): Status {
  const n = r.array(5);
  r.kind(2);
  const exists_ = r.bool();
  const unlocked_ = r.bool();
  const slots_ = r.list(() => getSlot(r));
  const waitMs_ = r.uint();
  r.skipFrom(5, n);
  return { kind: 'status', exists: exists_, unlocked: unlocked_, slots: slots_, waitMs: waitMs_ };
}

export interface Recovery {
  kind: 'recovery';
  code: string;
}
export function putRecovery(w: Writer, v: Recovery): void {
  w.array(2);
  w.uint(3);
  w.tstr(v.code);
}
export function getRecovery(r: Reader): Recovery {
  const n = r.array(2);
  r.kind(3);
  const code_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'recovery', code: code_ };
}

export interface Flag {
  kind: 'flag';
  on: boolean;
}
export function putFlag(w: Writer, v: Flag): void {
  w.array(2);
  w.uint(4);
  w.bool(v.on);
}
export function getFlag(r: Reader): Flag {
  const n = r.array(2);
  r.kind(4);
  const on_ = r.bool();
  r.skipFrom(2, n);
  return { kind: 'flag', on: on_ };
}

export interface Setting {
  key: string;
  value: string;
}
export function putSetting(w: Writer, v: Setting): void {
  w.array(2);
  w.tstr(v.key);
  w.tstr(v.value);
}
export function getSetting(r: Reader): Setting {
  const n = r.array(2);
  const key_ = r.tstr();
  const value_ = r.tstr();
  r.skipFrom(2, n);
  return { key: key_, value: value_ };
}

export interface Settings {
  kind: 'settings';
  list: readonly Setting[];
}
export function putSettings(w: Writer, v: Settings): void {
  w.array(2);
  w.uint(5);
  w.array(v.list.length);
  for (const x of v.list) putSetting(w, x);
}
export function getSettings(r: Reader): Settings {
  const n = r.array(2);
  r.kind(5);
  const list_ = r.list(() => getSetting(r));
  r.skipFrom(2, n);
  return { kind: 'settings', list: list_ };
}

export interface Text {
  kind: 'text';
  value: string;
}
export function putText(w: Writer, v: Text): void {
  w.array(2);
  w.uint(6);
  w.tstr(v.value);
}
export function getText(r: Reader): Text {
  const n = r.array(2);
  r.kind(6);
  const value_ = r.tstr();
  r.skipFrom(2, n);
  return { kind: 'text', value: value_ };
}

export interface LinkView {
  id: number;
  label: string;
  link: string;
  usesLeft: number;
  expiresMs: number;
  madeMs: number;
}
export function putLinkView(w: Writer, v: LinkView): void {
  w.array(6);
  w.uint(v.id);
  w.tstr(v.label);
  w.tstr(v.link);
  w.uint(v.usesLeft);
  w.uint(v.expiresMs);
  w.uint(v.madeMs);
}
export function getLinkView(r: Reader): LinkView {
  const n = r.array(6);
  const id_ = r.uint();
  const label_ = r.tstr();
  const link_ = r.tstr();
  const usesLeft_ = r.uint();
  const expiresMs_ = r.uint();
  const madeMs_ = r.uint();
  r.skipFrom(6, n);
  return { id: id_, label: label_, link: link_, usesLeft: usesLeft_, expiresMs: expiresMs_, madeMs: madeMs_ };
}

export interface Links {
  kind: 'links';
  list: readonly LinkView[];
}
export function putLinks(w: Writer, v: Links): void {
  w.array(2);
  w.uint(7);
  w.array(v.list.length);
  for (const x of v.list) putLinkView(w, x);
}
export function getLinks(r: Reader): Links {
  const n = r.array(2);
  r.kind(7);
  const list_ = r.list(() => getLinkView(r));
  r.skipFrom(2, n);
  return { kind: 'links', list: list_ };
}

export interface Made {
  kind: 'made';
  id: number;
}
export function putMade(w: Writer, v: Made): void {
  w.array(2);
  w.uint(8);
  w.uint(v.id);
}
export function getMade(r: Reader): Made {
  const n = r.array(2);
  r.kind(8);
  const id_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'made', id: id_ };
}

export interface LinkInfo {
  kind: 'link_info';
  what: number;
  gateway: string;
  known: number;
}
export function putLinkInfo(w: Writer, v: LinkInfo): void {
  w.array(4);
  w.uint(9);
  w.uint(v.what);
  w.tstr(v.gateway);
  w.uint(v.known);
}
export function getLinkInfo(r: Reader): LinkInfo {
  const n = r.array(4);
  r.kind(9);
  const what_ = r.uint();
  const gateway_ = r.tstr();
  const known_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'link_info', what: what_, gateway: gateway_, known: known_ };
}

export interface RequestView {
  id: number;
  atMs: number;
  fingerprint: string;
  label: string;
}
export function putRequestView(w: Writer, v: RequestView): void {
  w.array(4);
  w.uint(v.id);
  w.uint(v.atMs);
  w.tstr(v.fingerprint);
  w.tstr(v.label);
}
export function getRequestView(r: Reader): RequestView {
  const n = r.array(4);
  const id_ = r.uint();
  const atMs_ = r.uint();
  const fingerprint_ = r.tstr();
  const label_ = r.tstr();
  r.skipFrom(4, n);
  return { id: id_, atMs: atMs_, fingerprint: fingerprint_, label: label_ };
}

export interface Requests {
  kind: 'requests';
  list: readonly RequestView[];
}
export function putRequests(w: Writer, v: Requests): void {
  w.array(2);
  w.uint(10);
  w.array(v.list.length);
  for (const x of v.list) putRequestView(w, x);
}
export function getRequests(r: Reader): Requests {
  const n = r.array(2);
  r.kind(10);
  const list_ = r.list(() => getRequestView(r));
  r.skipFrom(2, n);
  return { kind: 'requests', list: list_ };
}

export interface ChatView {
  id: number;
  type: number;
  title: string;
  picture: Uint8Array | null;
  person: number;
  members: number;
  state: number;
  role: number;
  lastText: string;
  lastSender: string;
  lastMs: number;
  lastMine: boolean;
  lastState: number;
  unread: number;
  mentioned: boolean;
  pinned: boolean;
  archived: boolean;
  mutedUntilMs: number;
  draft: string;
  draftReply: number;
  timerS: number;
  verified: number;
  firstUnread: number;
  note: number;
}
export function putChatView(w: Writer, v: ChatView): void {
  w.array(24);
  w.uint(v.id);
  w.uint(v.type);
  w.tstr(v.title);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
  w.uint(v.person);
  w.uint(v.members);
  w.uint(v.state);
  w.uint(v.role);
  w.tstr(v.lastText);
  w.tstr(v.lastSender);
  w.uint(v.lastMs);
  w.bool(v.lastMine);
  w.uint(v.lastState);
  w.uint(v.unread);
  w.bool(v.mentioned);
  w.bool(v.pinned);
  w.bool(v.archived);
  w.uint(v.mutedUntilMs);
  w.tstr(v.draft);
  w.uint(v.draftReply);
  w.uint(v.timerS);
  w.uint(v.verified);
  w.uint(v.firstUnread);
  w.uint(v.note);
}
export function getChatView(r: Reader): ChatView {
  const n = r.array(24);
  const id_ = r.uint();
  const type_ = r.uint();
  const title_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  const person_ = r.uint();
  const members_ = r.uint();
  const state_ = r.uint();
  const role_ = r.uint();
  const lastText_ = r.tstr();
  const lastSender_ = r.tstr();
  const lastMs_ = r.uint();
  const lastMine_ = r.bool();
  const lastState_ = r.uint();
  const unread_ = r.uint();
  const mentioned_ = r.bool();
  const pinned_ = r.bool();
  const archived_ = r.bool();
  const mutedUntilMs_ = r.uint();
  const draft_ = r.tstr();
  const draftReply_ = r.uint();
  const timerS_ = r.uint();
  const verified_ = r.uint();
  const firstUnread_ = r.uint();
  const note_ = r.uint();
  r.skipFrom(24, n);
  return { id: id_, type: type_, title: title_, picture: picture_, person: person_, members: members_, state: state_, role: role_, lastText: lastText_, lastSender: lastSender_, lastMs: lastMs_, lastMine: lastMine_, lastState: lastState_, unread: unread_, mentioned: mentioned_, pinned: pinned_, archived: archived_, mutedUntilMs: mutedUntilMs_, draft: draft_, draftReply: draftReply_, timerS: timerS_, verified: verified_, firstUnread: firstUnread_, note: note_ };
}

export interface Chats {
  kind: 'chats';
  list: readonly ChatView[];
}
export function putChats(w: Writer, v: Chats): void {
  w.array(2);
  w.uint(11);
  w.array(v.list.length);
  for (const x of v.list) putChatView(w, x);
}
export function getChats(r: Reader): Chats {
  const n = r.array(2);
  r.kind(11);
  const list_ = r.list(() => getChatView(r));
  r.skipFrom(2, n);
  return { kind: 'chats', list: list_ };
}

export interface MemberView {
  person: number;
  name: string;
  role: number;
  me: boolean;
  picture: Uint8Array | null;
  verified: number;
}
export function putMemberView(w: Writer, v: MemberView): void {
  w.array(6);
  w.uint(v.person);
  w.tstr(v.name);
  w.uint(v.role);
  w.bool(v.me);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
  w.uint(v.verified);
}
export function getMemberView(r: Reader): MemberView {
  const n = r.array(6);
  const person_ = r.uint();
  const name_ = r.tstr();
  const role_ = r.uint();
  const me_ = r.bool();
  const picture_ = r.takeNull() ? null : r.bstr();
  const verified_ = r.uint();
  r.skipFrom(6, n);
  return { person: person_, name: name_, role: role_, me: me_, picture: picture_, verified: verified_ };
}

export interface Members {
  kind: 'members';
  list: readonly MemberView[];
}
export function putMembers(w: Writer, v: Members): void {
  w.array(2);
  w.uint(12);
  w.array(v.list.length);
  for (const x of v.list) putMemberView(w, x);
}
export function getMembers(r: Reader): Members {
  const n = r.array(2);
  r.kind(12);
  const list_ = r.list(() => getMemberView(r));
  r.skipFrom(2, n);
  return { kind: 'members', list: list_ };
}

export interface PersonView {
  id: number;
  name: string;
  picture: Uint8Array | null;
  fingerprint: string;
  verified: number;
  blocked: boolean;
  chat: number;
  devices: number;
}
export function putPersonView(w: Writer, v: PersonView): void {
  w.array(8);
  w.uint(v.id);
  w.tstr(v.name);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
  w.tstr(v.fingerprint);
  w.uint(v.verified);
  w.bool(v.blocked);
  w.uint(v.chat);
  w.uint(v.devices);
}
export function getPersonView(r: Reader): PersonView {
  const n = r.array(8);
  const id_ = r.uint();
  const name_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  const fingerprint_ = r.tstr();
  const verified_ = r.uint();
  const blocked_ = r.bool();
  const chat_ = r.uint();
  const devices_ = r.uint();
  r.skipFrom(8, n);
  return { id: id_, name: name_, picture: picture_, fingerprint: fingerprint_, verified: verified_, blocked: blocked_, chat: chat_, devices: devices_ };
}

export interface People {
  kind: 'people';
  list: readonly PersonView[];
}
export function putPeople(w: Writer, v: People): void {
  w.array(2);
  w.uint(13);
  w.array(v.list.length);
  for (const x of v.list) putPersonView(w, x);
}
export function getPeople(r: Reader): People {
  const n = r.array(2);
  r.kind(13);
  const list_ = r.list(() => getPersonView(r));
  r.skipFrom(2, n);
  return { kind: 'people', list: list_ };
}

export interface Safety {
  kind: 'safety';
  digits: string;
  code: Uint8Array;
  verified: number;
}
export function putSafety(w: Writer, v: Safety): void {
  w.array(4);
  w.uint(14);
  w.tstr(v.digits);
  w.bstr(v.code);
  w.uint(v.verified);
}
export function getSafety(r: Reader): Safety {
  const n = r.array(4);
  r.kind(14);
  const digits_ = r.tstr();
  const code_ = r.bstr();
  const verified_ = r.uint();
  r.skipFrom(4, n);
  return { kind: 'safety', digits: digits_, code: code_, verified: verified_ };
}

export interface ReplyView {
  id: number;
  senderName: string;
  text: string;
}
export function putReplyView(w: Writer, v: ReplyView): void {
  w.array(3);
  w.uint(v.id);
  w.tstr(v.senderName);
  w.tstr(v.text);
}
export function getReplyView(r: Reader): ReplyView {
  const n = r.array(3);
  const id_ = r.uint();
  const senderName_ = r.tstr();
  const text_ = r.tstr();
  r.skipFrom(3, n);
  return { id: id_, senderName: senderName_, text: text_ };
}

export interface ReactionView {
  emoji: string;
  count: number;
  mine: boolean;
  who: string;
}
export function putReactionView(w: Writer, v: ReactionView): void {
  w.array(4);
  w.tstr(v.emoji);
  w.uint(v.count);
  w.bool(v.mine);
  w.tstr(v.who);
}
export function getReactionView(r: Reader): ReactionView {
  const n = r.array(4);
  const emoji_ = r.tstr();
  const count_ = r.uint();
  const mine_ = r.bool();
  const who_ = r.tstr();
  r.skipFrom(4, n);
  return { emoji: emoji_, count: count_, mine: mine_, who: who_ };
}

export interface FileView {
  name: string;
  type: string;
  bytes: number;
  width: number;
  height: number;
  preview: Uint8Array;
  state: number;
  done: number;
}
export function putFileView(w: Writer, v: FileView): void {
  w.array(8);
  w.tstr(v.name);
  w.tstr(v.type);
  w.uint(v.bytes);
  w.uint(v.width);
  w.uint(v.height);
  w.bstr(v.preview);
  w.uint(v.state);
  w.uint(v.done);
}
export function getFileView(r: Reader): FileView {
  const n = r.array(8);
  const name_ = r.tstr();
  const type_ = r.tstr();
  const bytes_ = r.uint();
  const width_ = r.uint();
  const height_ = r.uint();
  const preview_ = r.bstr();
  const state_ = r.uint();
  const done_ = r.uint();
  r.skipFrom(8, n);
  return { name: name_, type: type_, bytes: bytes_, width: width_, height: height_, preview: preview_, state: state_, done: done_ };
}

export interface MessageView {
  id: number;
  chat: number;
  sender: number;
  senderName: string;
  mine: boolean;
  atMs: number;
  type: number;
  text: string;
  reply: ReplyView | null;
  edited: boolean;
  state: number;
  reactions: readonly ReactionView[];
  file: FileView | null;
  notice: number;
  starred: boolean;
  mentionsMe: boolean;
  expiresMs: number;
  reason: number;
}
export function putMessageView(w: Writer, v: MessageView): void {
  w.array(18);
  w.uint(v.id);
  w.uint(v.chat);
  w.uint(v.sender);
  w.tstr(v.senderName);
  w.bool(v.mine);
  w.uint(v.atMs);
  w.uint(v.type);
  w.tstr(v.text);
  if (v.reply === null) w.null();
  else putReplyView(w, v.reply);
  w.bool(v.edited);
  w.uint(v.state);
  w.array(v.reactions.length);
  for (const x of v.reactions) putReactionView(w, x);
  if (v.file === null) w.null();
  else putFileView(w, v.file);
  w.uint(v.notice);
  w.bool(v.starred);
  w.bool(v.mentionsMe);
  w.uint(v.expiresMs);
  w.uint(v.reason);
}
export function getMessageView(r: Reader): MessageView {
  const n = r.array(18);
  const id_ = r.uint();
  const chat_ = r.uint();
  const sender_ = r.uint();
  const senderName_ = r.tstr();
  const mine_ = r.bool();
  const atMs_ = r.uint();
  const type_ = r.uint();
  const text_ = r.tstr();
  const reply_ = r.takeNull() ? null : getReplyView(r);
  const edited_ = r.bool();
  const state_ = r.uint();
  const reactions_ = r.list(() => getReactionView(r));
  const file_ = r.takeNull() ? null : getFileView(r);
  const notice_ = r.uint();
  const starred_ = r.bool();
  const mentionsMe_ = r.bool();
  const expiresMs_ = r.uint();
  const reason_ = r.uint();
  r.skipFrom(18, n);
  return { id: id_, chat: chat_, sender: sender_, senderName: senderName_, mine: mine_, atMs: atMs_, type: type_, text: text_, reply: reply_, edited: edited_, state: state_, reactions: reactions_, file: file_, notice: notice_, starred: starred_, mentionsMe: mentionsMe_, expiresMs: expiresMs_, reason: reason_ };
}

export interface Messages {
  kind: 'messages';
  list: readonly MessageView[];
  moreBefore: boolean;
  moreAfter: boolean;
}
export function putMessages(w: Writer, v: Messages): void {
  w.array(4);
  w.uint(15);
  w.array(v.list.length);
  for (const x of v.list) putMessageView(w, x);
  w.bool(v.moreBefore);
  w.bool(v.moreAfter);
}
export function getMessages(r: Reader): Messages {
  const n = r.array(4);
  r.kind(15);
  const list_ = r.list(() => getMessageView(r));
  const moreBefore_ = r.bool();
  const moreAfter_ = r.bool();
  r.skipFrom(4, n);
  return { kind: 'messages', list: list_, moreBefore: moreBefore_, moreAfter: moreAfter_ };
}

export interface HitView {
  message: MessageView;
  chatTitle: string;
}
export function putHitView(w: Writer, v: HitView): void {
  w.array(2);
  putMessageView(w, v.message);
  w.tstr(v.chatTitle);
}
export function getHitView(r: Reader): HitView {
  const n = r.array(2);
  const message_ = getMessageView(r);
  const chatTitle_ = r.tstr();
  r.skipFrom(2, n);
  return { message: message_, chatTitle: chatTitle_ };
}

export interface Hits {
  kind: 'hits';
  list: readonly HitView[];
}
export function putHits(w: Writer, v: Hits): void {
  w.array(2);
  w.uint(16);
  w.array(v.list.length);
  for (const x of v.list) putHitView(w, x);
}
export function getHits(r: Reader): Hits {
  const n = r.array(2);
  r.kind(16);
  const list_ = r.list(() => getHitView(r));
  r.skipFrom(2, n);
  return { kind: 'hits', list: list_ };
}

export interface DeviceView {
  id: Uint8Array;
  name: string;
  current: boolean;
  addedMs: number;
  seenMs: number;
}
export function putDeviceView(w: Writer, v: DeviceView): void {
  w.array(5);
  w.bstr(v.id);
  w.tstr(v.name);
  w.bool(v.current);
  w.uint(v.addedMs);
  w.uint(v.seenMs);
}
export function getDeviceView(r: Reader): DeviceView {
  const n = r.array(5);
  const id_ = r.bstr();
  const name_ = r.tstr();
  const current_ = r.bool();
  const addedMs_ = r.uint();
  const seenMs_ = r.uint();
  r.skipFrom(5, n);
  return { id: id_, name: name_, current: current_, addedMs: addedMs_, seenMs: seenMs_ };
}

export interface Devices {
  kind: 'devices';
  list: readonly DeviceView[];
}
export function putDevices(w: Writer, v: Devices): void {
  w.array(2);
  w.uint(17);
  w.array(v.list.length);
  for (const x of v.list) putDeviceView(w, x);
}
export function getDevices(r: Reader): Devices {
  const n = r.array(2);
  r.kind(17);
  const list_ = r.list(() => getDeviceView(r));
  r.skipFrom(2, n);
  return { kind: 'devices', list: list_ };
}

export interface State {
  kind: 'state';
  line: number;
  waiting: number;
  name: string;
  me: number;
  fingerprint: string;
  picture: Uint8Array | null;
  requests: number;
  recoveryChecked: boolean;
  serverKnown: boolean;
}
export function putState(w: Writer, v: State): void {
  w.array(10);
  w.uint(18);
  w.uint(v.line);
  w.uint(v.waiting);
  w.tstr(v.name);
  w.uint(v.me);
  w.tstr(v.fingerprint);
  if (v.picture === null) w.null();
  else w.bstr(v.picture);
  w.uint(v.requests);
  w.bool(v.recoveryChecked);
  w.bool(v.serverKnown);
}
export function getState(r: Reader): State {
  const n = r.array(10);
  r.kind(18);
  const line_ = r.uint();
  const waiting_ = r.uint();
  const name_ = r.tstr();
  const me_ = r.uint();
  const fingerprint_ = r.tstr();
  const picture_ = r.takeNull() ? null : r.bstr();
  const requests_ = r.uint();
  const recoveryChecked_ = r.bool();
  const serverKnown_ = r.bool();
  r.skipFrom(10, n);
  return { kind: 'state', line: line_, waiting: waiting_, name: name_, me: me_, fingerprint: fingerprint_, picture: picture_, requests: requests_, recoveryChecked: recoveryChecked_, serverKnown: serverKnown_ };
}

export type Result = Ok | Status | Recovery | Flag | Settings | Text | Links | Made | LinkInfo | Requests | Chats | Members | People | Safety | Messages | Hits | Devices | State;
export function putResult(w: Writer, v: Result): void {
  switch (v.kind) {
    case 'ok':
      return putOk(w, v);
    case 'status':
      return putStatus(w, v);
    case 'recovery':
      return putRecovery(w, v);
    case 'flag':
      return putFlag(w, v);
    case 'settings':
      return putSettings(w, v);
    case 'text':
      return putText(w, v);
    case 'links':
      return putLinks(w, v);
    case 'made':
      return putMade(w, v);
    case 'link_info':
      return putLinkInfo(w, v);
    case 'requests':
      return putRequests(w, v);
    case 'chats':
      return putChats(w, v);
    case 'members':
      return putMembers(w, v);
    case 'people':
      return putPeople(w, v);
    case 'safety':
      return putSafety(w, v);
    case 'messages':
      return putMessages(w, v);
    case 'hits':
      return putHits(w, v);
    case 'devices':
      return putDevices(w, v);
    case 'state':
      return putState(w, v);
  }
}
export function getResult(r: Reader): Result {
  switch (r.peekKind()) {
    case 1:
      return getOk(r);
    case 2:
      return getStatus(r);
    case 3:
      return getRecovery(r);
    case 4:
      return getFlag(r);
    case 5:
      return getSettings(r);
    case 6:
      return getText(r);
    case 7:
      return getLinks(r);
    case 8:
      return getMade(r);
    case 9:
      return getLinkInfo(r);
    case 10:
      return getRequests(r);
    case 11:
      return getChats(r);
    case 12:
      return getMembers(r);
    case 13:
      return getPeople(r);
    case 14:
      return getSafety(r);
    case 15:
      return getMessages(r);
    case 16:
      return getHits(r);
    case 17:
      return getDevices(r);
    case 18:
      return getState(r);
    default:
      throw new Error('unknown result');
  }
}

export interface Reply {
  kind: 'reply';
  request: number;
  error: number;
  detail: number;
  result: Result;
}
export function putReply(w: Writer, v: Reply): void {
  w.array(5);
  w.uint(1);
  w.uint(v.request);
  w.uint(v.error);
  w.uint(v.detail);
  putResult(w, v.result);
}
export function getReply(r: Reader): Reply {
  const n = r.array(5);
  r.kind(1);
  const request_ = r.uint();
  const error_ = r.uint();
  const detail_ = r.uint();
  const result_ = getResult(r);
  r.skipFrom(5, n);
  return { kind: 'reply', request: request_, error: error_, detail: detail_, result: result_ };
}

export interface ChatChanged {
  kind: 'chat_changed';
  chat: ChatView;
}
export function putChatChanged(w: Writer, v: ChatChanged): void {
  w.array(2);
  w.uint(1);
  putChatView(w, v.chat);
}
export function getChatChanged(r: Reader): ChatChanged {
  const n = r.array(2);
  r.kind(1);
  const chat_ = getChatView(r);
  r.skipFrom(2, n);
  return { kind: 'chat_changed', chat: chat_ };
}

export interface ChatGone {
  kind: 'chat_gone';
  chat: number;
}
export function putChatGone(w: Writer, v: ChatGone): void {
  w.array(2);
  w.uint(2);
  w.uint(v.chat);
}
export function getChatGone(r: Reader): ChatGone {
  const n = r.array(2);
  r.kind(2);
  const chat_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'chat_gone', chat: chat_ };
}

export interface MessageChanged {
  kind: 'message_changed';
  message: MessageView;
  fresh: boolean;
}
export function putMessageChanged(w: Writer, v: MessageChanged): void {
  w.array(3);
  w.uint(3);
  putMessageView(w, v.message);
  w.bool(v.fresh);
}
export function getMessageChanged(r: Reader): MessageChanged {
  const n = r.array(3);
  r.kind(3);
  const message_ = getMessageView(r);
  const fresh_ = r.bool();
  r.skipFrom(3, n);
  return { kind: 'message_changed', message: message_, fresh: fresh_ };
}

export interface MessageGone {
  kind: 'message_gone';
  chat: number;
  message: number;
}
export function putMessageGone(w: Writer, v: MessageGone): void {
  w.array(3);
  w.uint(4);
  w.uint(v.chat);
  w.uint(v.message);
}
export function getMessageGone(r: Reader): MessageGone {
  const n = r.array(3);
  r.kind(4);
  const chat_ = r.uint();
  const message_ = r.uint();
  r.skipFrom(3, n);
  return { kind: 'message_gone', chat: chat_, message: message_ };
}

export interface PersonChanged {
  kind: 'person_changed';
  person: PersonView;
}
export function putPersonChanged(w: Writer, v: PersonChanged): void {
  w.array(2);
  w.uint(5);
  putPersonView(w, v.person);
}
export function getPersonChanged(r: Reader): PersonChanged {
  const n = r.array(2);
  r.kind(5);
  const person_ = getPersonView(r);
  r.skipFrom(2, n);
  return { kind: 'person_changed', person: person_ };
}

export interface RequestChanged {
  kind: 'request_changed';
  count: number;
}
export function putRequestChanged(w: Writer, v: RequestChanged): void {
  w.array(2);
  w.uint(6);
  w.uint(v.count);
}
export function getRequestChanged(r: Reader): RequestChanged {
  const n = r.array(2);
  r.kind(6);
  const count_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'request_changed', count: count_ };
}

export interface TypingChanged {
  kind: 'typing_changed';
  chat: number;
  name: string;
  on: boolean;
}
export function putTypingChanged(w: Writer, v: TypingChanged): void {
  w.array(4);
  w.uint(7);
  w.uint(v.chat);
  w.tstr(v.name);
  w.bool(v.on);
}
export function getTypingChanged(r: Reader): TypingChanged {
  const n = r.array(4);
  r.kind(7);
  const chat_ = r.uint();
  const name_ = r.tstr();
  const on_ = r.bool();
  r.skipFrom(4, n);
  return { kind: 'typing_changed', chat: chat_, name: name_, on: on_ };
}

export interface StateChanged {
  kind: 'state_changed';
  state: State;
}
export function putStateChanged(w: Writer, v: StateChanged): void {
  w.array(2);
  w.uint(8);
  putState(w, v.state);
}
export function getStateChanged(r: Reader): StateChanged {
  const n = r.array(2);
  r.kind(8);
  const state_ = getState(r);
  r.skipFrom(2, n);
  return { kind: 'state_changed', state: state_ };
}

export interface LinkProgress {
  kind: 'link_progress';
  phase: number;
  done: number;
  total: number;
  words: string;
}
export function putLinkProgress(w: Writer, v: LinkProgress): void {
  w.array(5);
  w.uint(9);
  w.uint(v.phase);
  w.uint(v.done);
  w.uint(v.total);
  w.tstr(v.words);
}
export function getLinkProgress(r: Reader): LinkProgress {
  const n = r.array(5);
  r.kind(9);
  const phase_ = r.uint();
  const done_ = r.uint();
  const total_ = r.uint();
  const words_ = r.tstr();
  r.skipFrom(5, n);
  return { kind: 'link_progress', phase: phase_, done: done_, total: total_, words: words_ };
}

export interface LockedChanged {
  kind: 'locked_changed';
  unlocked: boolean;
}
export function putLockedChanged(w: Writer, v: LockedChanged): void {
  w.array(2);
  w.uint(10);
  w.bool(v.unlocked);
}
export function getLockedChanged(r: Reader): LockedChanged {
  const n = r.array(2);
  r.kind(10);
  const unlocked_ = r.bool();
  r.skipFrom(2, n);
  return { kind: 'locked_changed', unlocked: unlocked_ };
}

export interface DevicesChanged {
  kind: 'devices_changed';
}
export function putDevicesChanged(w: Writer, v: DevicesChanged): void {
  w.array(1);
  w.uint(11);
}
export function getDevicesChanged(r: Reader): DevicesChanged {
  const n = r.array(1);
  r.kind(11);
  r.skipFrom(1, n);
  return { kind: 'devices_changed' };
}

export type Change = ChatChanged | ChatGone | MessageChanged | MessageGone | PersonChanged | RequestChanged | TypingChanged | StateChanged | LinkProgress | LockedChanged | DevicesChanged;
export function putChange(w: Writer, v: Change): void {
  switch (v.kind) {
    case 'chat_changed':
      return putChatChanged(w, v);
    case 'chat_gone':
      return putChatGone(w, v);
    case 'message_changed':
      return putMessageChanged(w, v);
    case 'message_gone':
      return putMessageGone(w, v);
    case 'person_changed':
      return putPersonChanged(w, v);
    case 'request_changed':
      return putRequestChanged(w, v);
    case 'typing_changed':
      return putTypingChanged(w, v);
    case 'state_changed':
      return putStateChanged(w, v);
    case 'link_progress':
      return putLinkProgress(w, v);
    case 'locked_changed':
      return putLockedChanged(w, v);
    case 'devices_changed':
      return putDevicesChanged(w, v);
  }
}
export function getChange(r: Reader): Change {
  switch (r.peekKind()) {
    case 1:
      return getChatChanged(r);
    case 2:
      return getChatGone(r);
    case 3:
      return getMessageChanged(r);
    case 4:
      return getMessageGone(r);
    case 5:
      return getPersonChanged(r);
    case 6:
      return getRequestChanged(r);
    case 7:
      return getTypingChanged(r);
    case 8:
      return getStateChanged(r);
    case 9:
      return getLinkProgress(r);
    case 10:
      return getLockedChanged(r);
    case 11:
      return getDevicesChanged(r);
    default:
      throw new Error('unknown change');
  }
}

export interface Patch {
  kind: 'patch';
  change: Change;
}
export function putPatch(w: Writer, v: Patch): void {
  w.array(2);
  w.uint(2);
  putChange(w, v.change);
}
export function getPatch(r: Reader): Patch {
  const n = r.array(2);
  r.kind(2);
  const change_ = getChange(r);
  r.skipFrom(2, n);
  return { kind: 'patch', change: change_ };
}

export interface Dial {
  kind: 'dial';
  conn: number;
  url: string;
}
export function putDial(w: Writer, v: Dial): void {
  w.array(3);
  w.uint(3);
  w.uint(v.conn);
  w.tstr(v.url);
}
export function getDial(r: Reader): Dial {
  const n = r.array(3);
  r.kind(3);
  const conn_ = r.uint();
  const url_ = r.tstr();
  r.skipFrom(3, n);
  return { kind: 'dial', conn: conn_, url: url_ };
}

export interface Send {
  kind: 'send';
  conn: number;
  data: Uint8Array;
}
export function putSend(w: Writer, v: Send): void {
  w.array(3);
  w.uint(4);
  w.uint(v.conn);
  w.bstr(v.data);
}
export function getSend(r: Reader): Send {
  const n = r.array(3);
  r.kind(4);
  const conn_ = r.uint();
  const data_ = r.bstr();
  r.skipFrom(3, n);
  return { kind: 'send', conn: conn_, data: data_ };
}

export interface HangUp {
  kind: 'hang_up';
  conn: number;
}
export function putHangUp(w: Writer, v: HangUp): void {
  w.array(2);
  w.uint(5);
  w.uint(v.conn);
}
export function getHangUp(r: Reader): HangUp {
  const n = r.array(2);
  r.kind(5);
  const conn_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'hang_up', conn: conn_ };
}

export interface AlarmSet {
  kind: 'alarm_set';
  atMs: number;
}
export function putAlarmSet(w: Writer, v: AlarmSet): void {
  w.array(2);
  w.uint(6);
  w.uint(v.atMs);
}
export function getAlarmSet(r: Reader): AlarmSet {
  const n = r.array(2);
  r.kind(6);
  const atMs_ = r.uint();
  r.skipFrom(2, n);
  return { kind: 'alarm_set', atMs: atMs_ };
}

export interface Notify {
  kind: 'notify';
  chat: number;
  title: string;
  body: string;
}
export function putNotify(w: Writer, v: Notify): void {
  w.array(4);
  w.uint(7);
  w.uint(v.chat);
  w.tstr(v.title);
  w.tstr(v.body);
}
export function getNotify(r: Reader): Notify {
  const n = r.array(4);
  r.kind(7);
  const chat_ = r.uint();
  const title_ = r.tstr();
  const body_ = r.tstr();
  r.skipFrom(4, n);
  return { kind: 'notify', chat: chat_, title: title_, body: body_ };
}

export interface Chunk {
  kind: 'chunk';
  message: number;
  offset: number;
  data: Uint8Array;
  last: boolean;
}
export function putChunk(w: Writer, v: Chunk): void {
  w.array(5);
  w.uint(8);
  w.uint(v.message);
  w.uint(v.offset);
  w.bstr(v.data);
  w.bool(v.last);
}
export function getChunk(r: Reader): Chunk {
  const n = r.array(5);
  r.kind(8);
  const message_ = r.uint();
  const offset_ = r.uint();
  const data_ = r.bstr();
  const last_ = r.bool();
  r.skipFrom(5, n);
  return { kind: 'chunk', message: message_, offset: offset_, data: data_, last: last_ };
}

export type Effect = Reply | Patch | Dial | Send | HangUp | AlarmSet | Notify | Chunk;
export function putEffect(w: Writer, v: Effect): void {
  switch (v.kind) {
    case 'reply':
      return putReply(w, v);
    case 'patch':
      return putPatch(w, v);
    case 'dial':
      return putDial(w, v);
    case 'send':
      return putSend(w, v);
    case 'hang_up':
      return putHangUp(w, v);
    case 'alarm_set':
      return putAlarmSet(w, v);
    case 'notify':
      return putNotify(w, v);
    case 'chunk':
      return putChunk(w, v);
  }
}
export function getEffect(r: Reader): Effect {
  switch (r.peekKind()) {
    case 1:
      return getReply(r);
    case 2:
      return getPatch(r);
    case 3:
      return getDial(r);
    case 4:
      return getSend(r);
    case 5:
      return getHangUp(r);
    case 6:
      return getAlarmSet(r);
    case 7:
      return getNotify(r);
    case 8:
      return getChunk(r);
    default:
      throw new Error('unknown effect');
  }
}

export interface Effects {
  list: readonly Effect[];
}
export function putEffects(w: Writer, v: Effects): void {
  w.array(1);
  w.array(v.list.length);
  for (const x of v.list) putEffect(w, x);
}
export function getEffects(r: Reader): Effects {
  const n = r.array(1);
  const list_ = r.list(() => getEffect(r));
  r.skipFrom(1, n);
  return { list: list_ };
}

export function encodeEvent(v: Event): Uint8Array {
  const w = new Writer();
  putEvent(w, v);
  return w.finish();
}
export function decodeEvent(bytes: Uint8Array): Event {
  const r = new Reader(bytes);
  const v = getEvent(r);
  r.end();
  return v;
}

export function encodeEffect(v: Effect): Uint8Array {
  const w = new Writer();
  putEffect(w, v);
  return w.finish();
}
export function decodeEffect(bytes: Uint8Array): Effect {
  const r = new Reader(bytes);
  const v = getEffect(r);
  r.end();
  return v;
}

export function encodeEffects(v: Effects): Uint8Array {
  const w = new Writer();
  putEffects(w, v);
  return w.finish();
}
export function decodeEffects(bytes: Uint8Array): Effects {
  const r = new Reader(bytes);
  const v = getEffects(r);
  r.end();
  return v;
}
