// Made by gen.py from abi.cddl; do not edit.
import { makeCodec } from './codec.ts';

export const errorNames = [
  'ok',
  'input',
  'input-version',
  'input-suite',
  'auth',
  'auth-passphrase',
  'auth-policy',
  'state',
  'state-epoch',
  'state-future',
  'state-locked',
  'state-own',
  'state-replay',
  'limit',
  'limit-rate',
  'limit-quota',
  'gone',
  'store',
  'store-corrupt',
  'store-full',
  'store-newer',
  'store-older',
  'host',
  'host-memory',
  'bug',
] as const;
export type ErrorName = (typeof errorNames)[number];

export const enum EventKind {
  Command = 1,
  NetOpen = 2,
  NetMessage = 3,
  NetClose = 4,
  Alarm = 5,
  Life = 6,
}

export const enum LifeState {
  Visible = 0,
  Hidden = 1,
  Closing = 2,
  Online = 3,
  Offline = 4,
}

export const enum EffectKind {
  Reply = 1,
  Patch = 2,
  Dial = 3,
  Send = 4,
  HangUp = 5,
  AlarmSet = 6,
  Notify = 7,
  Chunk = 8,
}

export const enum OpKind {
  OpStatus = 1,
  OpCreate = 2,
  OpUnlock = 3,
  OpLock = 4,
  OpSlotPut = 5,
  OpSlotDrop = 6,
  OpRecover = 7,
  OpRecoveryNew = 8,
  OpRecoveryCheck = 9,
  OpRecoverySet = 14,
  OpRecoveryAgain = 15,
  OpWipe = 10,
  OpProfileSet = 11,
  OpSettingSet = 12,
  OpSettings = 13,
  OpLinkMake = 16,
  OpLinkList = 17,
  OpLinkDrop = 18,
  OpAdd = 19,
  OpLinkRead = 20,
  OpRequests = 21,
  OpRequestAnswer = 22,
  OpBlock = 23,
  OpChats = 32,
  OpChat = 33,
  OpChatSet = 34,
  OpChatDelete = 35,
  OpMembers = 36,
  OpPeople = 37,
  OpPerson = 38,
  OpSafety = 39,
  OpVerify = 40,
  OpForkSettle = 41,
  OpMessages = 48,
  OpMessage = 49,
  OpSearch = 50,
  OpStarred = 51,
  OpSend = 64,
  OpEdit = 65,
  OpDelete = 66,
  OpReact = 67,
  OpStar = 68,
  OpRetry = 69,
  OpDraft = 70,
  OpRead = 71,
  OpTyping = 72,
  OpGroupMake = 80,
  OpGroupSet = 81,
  OpGroupAdd = 82,
  OpGroupRemove = 83,
  OpGroupRole = 84,
  OpGroupLeave = 85,
  OpGroupLink = 86,
  OpGroupJoin = 87,
  OpRoomSettle = 88,
  OpFileBegin = 96,
  OpFileChunk = 97,
  OpFileCancel = 98,
  OpFileFetch = 99,
  OpFileRead = 100,
  OpDevices = 112,
  OpDeviceRevoke = 113,
  OpDeviceName = 114,
  OpLinkDevice = 115,
  OpLinkAccept = 116,
  OpLinkCancel = 117,
  OpState = 118,
  OpRecoveryChoices = 119,
  OpRecoveryFinish = 120,
  OpConfirm = 121,
  OpExport = 122,
  OpRelease = 123,
  OpLinkConfirm = 124,
}

export const enum RequestAnswer {
  Decline = 0,
  Accept = 1,
  Block = 2,
}

export const enum Settle {
  Anew = 0,
  Aside = 1,
  Again = 2,
  GoOn = 3,
}

export const enum SlotKind {
  Passphrase = 1,
  Passkey = 2,
  Code = 3,
}

export const enum ResultKind {
  Ok = 1,
  Status = 2,
  Recovery = 3,
  Flag = 4,
  Settings = 5,
  Text = 6,
  Links = 7,
  Made = 8,
  LinkInfo = 9,
  Requests = 10,
  Chats = 11,
  Members = 12,
  People = 13,
  Safety = 14,
  Messages = 15,
  Hits = 16,
  Devices = 17,
  State = 18,
  Choices = 19,
}

export const enum LinkWhat {
  Person = 0,
  Group = 1,
  Device = 2,
  Mine = 3,
}

export const enum Line {
  Offline = 0,
  Connecting = 1,
  Online = 2,
}

export const enum Recovering {
  No = 0,
  UnderWay = 1,
  Code = 2,
  Choose = 3,
}

export const enum Part {
  None = 0,
  Readable = 1,
  Unreadable = 2,
}

export const enum Presence {
  Absent = 0,
  Silent = 1,
  Here = 2,
}

export const enum Network {
  Own = 0,
  Matrix = 1,
  Session = 2,
}

export const enum ChatType {
  Self = 0,
  Pair = 1,
  Group = 2,
}

export const enum ChatState {
  Open = 0,
  Waiting = 1,
  Left = 2,
  Blocked = 3,
  Joining = 4,
}

export const enum Role {
  Member = 0,
  Admin = 1,
}

export const enum ChatNote {
  None = 0,
  Forked = 1,
  KeyChanged = 2,
  ReaddAsked = 3,
  Fork = 4,
  Alone = 5,
  Removal = 6,
  Stopped = 7,
  OtherRoom = 8,
  Lost = 9,
  NoLife = 10,
  NewRoom = 11,
  LeftOut = 12,
}

export const enum Verified {
  Known = 0,
  Now = 1,
  Changed = 2,
  Once = 3,
}

export const enum MessageType {
  Text = 0,
  File = 1,
  Notice = 2,
  Unreadable = 3,
  Deleted = 4,
  Missing = 5,
}

export const enum MessageState {
  Queued = 0,
  Sent = 1,
  Delivered = 2,
  Read = 3,
  Failed = 4,
}

export const enum ByHow {
  Unsaid = 0,
  Did = 1,
  Says = 2,
  Foreign = 3,
}

export const enum Notice {
  None = 0,
  Made = 1,
  Joined = 2,
  Left = 3,
  Removed = 4,
  Renamed = 5,
  Admin = 6,
  NoAdmin = 7,
  Device = 8,
  DeviceGone = 9,
  Recovered = 10,
  Accepted = 11,
  Verified = 12,
  Missed = 13,
  Timer = 14,
  Fork = 15,
  Record = 16,
  Skipped = 17,
  Forged = 18,
  MyDevice = 19,
  MyDeviceGone = 20,
  NotRemoved = 30,
  OtherRoom = 31,
  Stopped = 32,
  UnreadCommit = 33,
  Unchecked = 34,
  NewRoom = 35,
  Roster = 36,
  Gone = 37,
  OldRoom = 38,
}

export const enum FileState {
  Away = 0,
  Coming = 1,
  Here = 2,
  Failed = 3,
  Going = 4,
}

export const enum ChangeKind {
  ChatChanged = 1,
  ChatGone = 2,
  MessageChanged = 3,
  MessageGone = 4,
  PersonChanged = 5,
  RequestChanged = 6,
  TypingChanged = 7,
  StateChanged = 8,
  LinkProgress = 9,
  LockedChanged = 10,
  DevicesChanged = 11,
}

export const enum LinkPhase {
  Waiting = 1,
  Words = 2,
  Moving = 3,
  Done = 4,
  Failed = 5,
  Choose = 6,
  Over = 7,
  No = 8,
  Used = 9,
}

export const enum LinkAsks {
  Nothing = 0,
  Device = 1,
  Account = 2,
}

export interface OpStatus {
  readonly kind: 'op_status';
}

export interface Slot {
  readonly slotKind: SlotKind;
  readonly salt: Uint8Array;
  readonly ops: number;
  readonly memory: number;
  readonly label: Uint8Array;
}

export interface OpCreate {
  readonly kind: 'op_create';
  readonly name: string;
  readonly gateway: string;
  readonly slot: Slot;
  readonly secret: Uint8Array;
  readonly device: string;
  readonly invitation: string;
}

export interface OpUnlock {
  readonly kind: 'op_unlock';
  readonly kindNumber: SlotKind;
  readonly secret: Uint8Array;
}

export interface OpLock {
  readonly kind: 'op_lock';
}

export interface OpSlotPut {
  readonly kind: 'op_slot_put';
  readonly slot: Slot;
  readonly secret: Uint8Array;
}

export interface OpSlotDrop {
  readonly kind: 'op_slot_drop';
  readonly slotKind: SlotKind;
}

export interface OpRecover {
  readonly kind: 'op_recover';
  readonly code: string;
  readonly gateway: string;
  readonly slot: Slot;
  readonly secret: Uint8Array;
  readonly device: string;
}

export interface OpRecoveryNew {
  readonly kind: 'op_recovery_new';
}

export interface OpRecoveryCheck {
  readonly kind: 'op_recovery_check';
  readonly code: string;
}

export interface OpRecoverySet {
  readonly kind: 'op_recovery_set';
  readonly code: string;
  readonly old: string;
}

export interface OpRecoveryAgain {
  readonly kind: 'op_recovery_again';
  readonly code: string;
}

export interface OpWipe {
  readonly kind: 'op_wipe';
}

export interface OpProfileSet {
  readonly kind: 'op_profile_set';
  readonly name: string;
  readonly picture: Uint8Array | null;
}

export interface OpSettingSet {
  readonly kind: 'op_setting_set';
  readonly key: string;
  readonly value: string;
}

export interface OpSettings {
  readonly kind: 'op_settings';
}

export interface OpLinkMake {
  readonly kind: 'op_link_make';
  readonly label: string;
  readonly uses: number;
  readonly days: number;
}

export interface OpLinkList {
  readonly kind: 'op_link_list';
}

export interface OpLinkDrop {
  readonly kind: 'op_link_drop';
  readonly id: number;
}

export interface OpAdd {
  readonly kind: 'op_add';
  readonly link: string;
}

export interface OpLinkRead {
  readonly kind: 'op_link_read';
  readonly link: string;
}

export interface OpRequests {
  readonly kind: 'op_requests';
}

export interface OpRequestAnswer {
  readonly kind: 'op_request_answer';
  readonly id: number;
  readonly answer: RequestAnswer;
}

export interface OpBlock {
  readonly kind: 'op_block';
  readonly person: number;
  readonly on: boolean;
}

export interface OpChats {
  readonly kind: 'op_chats';
}

export interface OpChat {
  readonly kind: 'op_chat';
  readonly chat: number;
}

export interface OpChatSet {
  readonly kind: 'op_chat_set';
  readonly chat: number;
  readonly key: string;
  readonly value: number;
}

export interface OpChatDelete {
  readonly kind: 'op_chat_delete';
  readonly chat: number;
}

export interface OpMembers {
  readonly kind: 'op_members';
  readonly chat: number;
}

export interface OpPeople {
  readonly kind: 'op_people';
}

export interface OpPerson {
  readonly kind: 'op_person';
  readonly person: number;
}

export interface OpSafety {
  readonly kind: 'op_safety';
  readonly person: number;
}

export interface OpVerify {
  readonly kind: 'op_verify';
  readonly person: number;
  readonly on: boolean;
  readonly scanned: Uint8Array | null;
}

export interface OpForkSettle {
  readonly kind: 'op_fork_settle';
  readonly person: number;
}

export interface OpMessages {
  readonly kind: 'op_messages';
  readonly chat: number;
  readonly before: number;
  readonly after: number;
  readonly around: number;
  readonly limit: number;
}

export interface OpMessage {
  readonly kind: 'op_message';
  readonly id: number;
}

export interface OpSearch {
  readonly kind: 'op_search';
  readonly text: string;
  readonly chat: number;
  readonly before: number;
  readonly limit: number;
}

export interface OpStarred {
  readonly kind: 'op_starred';
  readonly before: number;
  readonly limit: number;
}

export interface OpSend {
  readonly kind: 'op_send';
  readonly chat: number;
  readonly text: string;
  readonly replyTo: number;
  readonly mentions: readonly number[];
}

export interface OpEdit {
  readonly kind: 'op_edit';
  readonly message: number;
  readonly text: string;
}

export interface OpDelete {
  readonly kind: 'op_delete';
  readonly message: number;
  readonly everyone: boolean;
}

export interface OpReact {
  readonly kind: 'op_react';
  readonly message: number;
  readonly emoji: string;
}

export interface OpStar {
  readonly kind: 'op_star';
  readonly message: number;
  readonly on: boolean;
}

export interface OpRetry {
  readonly kind: 'op_retry';
  readonly message: number;
}

export interface OpDraft {
  readonly kind: 'op_draft';
  readonly chat: number;
  readonly text: string;
  readonly replyTo: number;
}

export interface OpRead {
  readonly kind: 'op_read';
  readonly chat: number;
  readonly message: number;
}

export interface OpTyping {
  readonly kind: 'op_typing';
  readonly chat: number;
  readonly on: boolean;
}

export interface OpGroupMake {
  readonly kind: 'op_group_make';
  readonly name: string;
  readonly picture: Uint8Array | null;
  readonly people: readonly number[];
}

export interface OpGroupSet {
  readonly kind: 'op_group_set';
  readonly chat: number;
  readonly name: string;
  readonly picture: Uint8Array | null;
}

export interface OpGroupAdd {
  readonly kind: 'op_group_add';
  readonly chat: number;
  readonly people: readonly number[];
}

export interface OpGroupRemove {
  readonly kind: 'op_group_remove';
  readonly chat: number;
  readonly person: number;
}

export interface OpGroupRole {
  readonly kind: 'op_group_role';
  readonly chat: number;
  readonly person: number;
  readonly role: Role;
}

export interface OpGroupLeave {
  readonly kind: 'op_group_leave';
  readonly chat: number;
}

export interface OpGroupLink {
  readonly kind: 'op_group_link';
  readonly chat: number;
  readonly on: boolean;
}

export interface OpGroupJoin {
  readonly kind: 'op_group_join';
  readonly link: string;
}

export interface OpRoomSettle {
  readonly kind: 'op_room_settle';
  readonly chat: number;
  readonly how: Settle;
}

export interface OpFileBegin {
  readonly kind: 'op_file_begin';
  readonly chat: number;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly preview: Uint8Array;
  readonly caption: string;
  readonly replyTo: number;
}

export interface OpFileChunk {
  readonly kind: 'op_file_chunk';
  readonly message: number;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly last: boolean;
}

export interface OpFileCancel {
  readonly kind: 'op_file_cancel';
  readonly message: number;
}

export interface OpFileFetch {
  readonly kind: 'op_file_fetch';
  readonly message: number;
}

export interface OpFileRead {
  readonly kind: 'op_file_read';
  readonly message: number;
  readonly offset: number;
}

export interface OpDevices {
  readonly kind: 'op_devices';
}

export interface OpDeviceRevoke {
  readonly kind: 'op_device_revoke';
  readonly device: Uint8Array;
  readonly code: string;
  readonly old: string;
}

export interface OpDeviceName {
  readonly kind: 'op_device_name';
  readonly name: string;
}

export interface OpLinkDevice {
  readonly kind: 'op_link_device';
  readonly gateway: string;
  readonly slot: Slot;
  readonly secret: Uint8Array;
  readonly device: string;
}

export interface OpLinkAccept {
  readonly kind: 'op_link_accept';
  readonly code: string;
}

export interface OpLinkCancel {
  readonly kind: 'op_link_cancel';
}

export interface OpState {
  readonly kind: 'op_state';
}

export interface OpRecoveryChoices {
  readonly kind: 'op_recovery_choices';
}

export interface OpRecoveryFinish {
  readonly kind: 'op_recovery_finish';
  readonly code: string;
  readonly keep: readonly Uint8Array[];
  readonly take: readonly Uint8Array[];
}

export interface OpConfirm {
  readonly kind: 'op_confirm';
  readonly what: number;
  readonly kindNumber: SlotKind;
  readonly secret: Uint8Array;
}

export interface OpExport {
  readonly kind: 'op_export';
}

export interface OpRelease {
  readonly kind: 'op_release';
  readonly seq: number;
  readonly hash: Uint8Array;
}

export interface OpLinkConfirm {
  readonly kind: 'op_link_confirm';
  readonly yes: boolean;
}

export type Op =
  | OpStatus
  | OpCreate
  | OpUnlock
  | OpLock
  | OpSlotPut
  | OpSlotDrop
  | OpRecover
  | OpRecoveryNew
  | OpRecoveryCheck
  | OpRecoverySet
  | OpRecoveryAgain
  | OpWipe
  | OpProfileSet
  | OpSettingSet
  | OpSettings
  | OpLinkMake
  | OpLinkList
  | OpLinkDrop
  | OpAdd
  | OpLinkRead
  | OpRequests
  | OpRequestAnswer
  | OpBlock
  | OpChats
  | OpChat
  | OpChatSet
  | OpChatDelete
  | OpMembers
  | OpPeople
  | OpPerson
  | OpSafety
  | OpVerify
  | OpForkSettle
  | OpMessages
  | OpMessage
  | OpSearch
  | OpStarred
  | OpSend
  | OpEdit
  | OpDelete
  | OpReact
  | OpStar
  | OpRetry
  | OpDraft
  | OpRead
  | OpTyping
  | OpGroupMake
  | OpGroupSet
  | OpGroupAdd
  | OpGroupRemove
  | OpGroupRole
  | OpGroupLeave
  | OpGroupLink
  | OpGroupJoin
  | OpRoomSettle
  | OpFileBegin
  | OpFileChunk
  | OpFileCancel
  | OpFileFetch
  | OpFileRead
  | OpDevices
  | OpDeviceRevoke
  | OpDeviceName
  | OpLinkDevice
  | OpLinkAccept
  | OpLinkCancel
  | OpState
  | OpRecoveryChoices
  | OpRecoveryFinish
  | OpConfirm
  | OpExport
  | OpRelease
  | OpLinkConfirm;

export interface Command {
  readonly kind: 'command';
  readonly request: number;
  readonly op: Op;
}

export interface NetOpen {
  readonly kind: 'net_open';
  readonly conn: number;
}

export interface NetMessage {
  readonly kind: 'net_message';
  readonly conn: number;
  readonly data: Uint8Array;
}

export interface NetClose {
  readonly kind: 'net_close';
  readonly conn: number;
}

export interface Alarm {
  readonly kind: 'alarm';
}

export interface Life {
  readonly kind: 'life';
  readonly state: LifeState;
}

export type Event =
  | Command
  | NetOpen
  | NetMessage
  | NetClose
  | Alarm
  | Life;

export interface Input {
  readonly nowMs: number;
  readonly event: Event;
}

export interface Ok {
  readonly kind: 'ok';
}

export interface Status {
  readonly kind: 'status';
  readonly exists: boolean;
  readonly unlocked: boolean;
  readonly slots: readonly Slot[];
  readonly waitMs: number;
}

export interface Recovery {
  readonly kind: 'recovery';
  readonly code: string;
}

export interface Flag {
  readonly kind: 'flag';
  readonly on: boolean;
}

export interface Setting {
  readonly key: string;
  readonly value: string;
}

export interface Settings {
  readonly kind: 'settings';
  readonly list: readonly Setting[];
}

export interface Text {
  readonly kind: 'text';
  readonly value: string;
}

export interface LinkView {
  readonly id: number;
  readonly label: string;
  readonly link: string;
  readonly usesLeft: number;
  readonly expiresMs: number;
  readonly madeMs: number;
  readonly chat: number;
}

export interface Links {
  readonly kind: 'links';
  readonly list: readonly LinkView[];
}

export interface Made {
  readonly kind: 'made';
  readonly id: number;
}

export interface LinkInfo {
  readonly kind: 'link_info';
  readonly what: LinkWhat;
  readonly gateway: string;
  readonly known: number;
}

export interface RequestView {
  readonly id: number;
  readonly atMs: number;
  readonly fingerprint: string;
  readonly label: string;
}

export interface Requests {
  readonly kind: 'requests';
  readonly list: readonly RequestView[];
}

export interface ChatView {
  readonly id: number;
  readonly type: ChatType;
  readonly title: string;
  readonly picture: Uint8Array | null;
  readonly person: number;
  readonly members: number;
  readonly state: ChatState;
  readonly role: Role;
  readonly lastText: string;
  readonly lastSender: string;
  readonly lastMs: number;
  readonly lastMine: boolean;
  readonly lastState: MessageState;
  readonly unread: number;
  readonly mentioned: boolean;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly mutedUntilMs: number;
  readonly draft: string;
  readonly draftReply: number;
  readonly timerS: number;
  readonly verified: Verified;
  readonly firstUnread: number;
  readonly note: ChatNote;
  readonly devices: number;
  readonly silent: number;
}

export interface Chats {
  readonly kind: 'chats';
  readonly list: readonly ChatView[];
}

export interface MemberView {
  readonly person: number;
  readonly name: string;
  readonly role: Role;
  readonly me: boolean;
  readonly picture: Uint8Array | null;
  readonly verified: Verified;
  readonly devices: number;
  readonly silent: number;
}

export interface Members {
  readonly kind: 'members';
  readonly list: readonly MemberView[];
}

export interface PersonView {
  readonly id: number;
  readonly name: string;
  readonly picture: Uint8Array | null;
  readonly fingerprint: string;
  readonly verified: Verified;
  readonly blocked: boolean;
  readonly chat: number;
  readonly devices: number;
  readonly verifiedMs: number;
  readonly fork: boolean;
}

export interface People {
  readonly kind: 'people';
  readonly list: readonly PersonView[];
}

export interface SafetyDevice {
  readonly fingerprint: string;
  readonly added: number;
  readonly here: Presence;
}

export interface Safety {
  readonly kind: 'safety';
  readonly digits: string;
  readonly code: Uint8Array;
  readonly verified: number;
  readonly devices: readonly SafetyDevice[];
}

export interface ReplyView {
  readonly id: number;
  readonly senderName: string;
  readonly text: string;
}

export interface ReactionView {
  readonly emoji: string;
  readonly count: number;
  readonly mine: boolean;
  readonly who: string;
  readonly removed: boolean;
}

export interface FileView {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly preview: Uint8Array;
  readonly state: FileState;
  readonly done: number;
}

export interface MessageView {
  readonly id: number;
  readonly chat: number;
  readonly sender: number;
  readonly senderName: string;
  readonly mine: boolean;
  readonly atMs: number;
  readonly type: MessageType;
  readonly text: string;
  readonly reply: ReplyView | null;
  readonly edited: boolean;
  readonly state: MessageState;
  readonly reactions: readonly ReactionView[];
  readonly file: FileView | null;
  readonly notice: Notice;
  readonly starred: boolean;
  readonly mentionsMe: boolean;
  readonly expiresMs: number;
  readonly reason: number;
  readonly place: number;
  readonly saidMs: number;
  readonly serverMs: number;
  readonly twice: boolean;
  readonly asked: boolean;
  readonly removed: boolean;
  readonly by: number;
  readonly byName: string;
  readonly byHow: ByHow;
}

export interface Messages {
  readonly kind: 'messages';
  readonly list: readonly MessageView[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

export interface HitView {
  readonly message: MessageView;
  readonly chatTitle: string;
}

export interface Hits {
  readonly kind: 'hits';
  readonly list: readonly HitView[];
}

export interface DeviceView {
  readonly id: Uint8Array;
  readonly name: string;
  readonly current: boolean;
  readonly addedMs: number;
  readonly seenMs: number;
}

export interface Devices {
  readonly kind: 'devices';
  readonly list: readonly DeviceView[];
}

export interface State {
  readonly kind: 'state';
  readonly line: Line;
  readonly waiting: number;
  readonly name: string;
  readonly me: number;
  readonly fingerprint: string;
  readonly picture: Uint8Array | null;
  readonly requests: number;
  readonly recoveryChecked: boolean;
  readonly serverKnown: boolean;
  readonly recovering: Recovering;
  readonly dropped: boolean;
  readonly recordMs: number;
  readonly undone: boolean;
  readonly clockOffMs: number;
  readonly clockFast: boolean;
  readonly droppedBy: string;
  readonly skipped: boolean;
  readonly codeOpens: boolean;
}

export interface ChoiceView {
  readonly device: Uint8Array;
  readonly name: string;
  readonly listed: boolean;
  readonly part: Part;
  readonly partMs: number;
}

export interface Choices {
  readonly kind: 'choices';
  readonly list: readonly ChoiceView[];
}

export type Result =
  | Ok
  | Status
  | Recovery
  | Flag
  | Settings
  | Text
  | Links
  | Made
  | LinkInfo
  | Requests
  | Chats
  | Members
  | People
  | Safety
  | Messages
  | Hits
  | Devices
  | State
  | Choices;

export interface Reply {
  readonly kind: 'reply';
  readonly request: number;
  readonly error: number;
  readonly detail: number;
  readonly result: Result;
}

export interface ChatChanged {
  readonly kind: 'chat_changed';
  readonly chat: ChatView;
}

export interface ChatGone {
  readonly kind: 'chat_gone';
  readonly chat: number;
}

export interface MessageChanged {
  readonly kind: 'message_changed';
  readonly message: MessageView;
  readonly fresh: boolean;
}

export interface MessageGone {
  readonly kind: 'message_gone';
  readonly chat: number;
  readonly message: number;
}

export interface PersonChanged {
  readonly kind: 'person_changed';
  readonly person: PersonView;
}

export interface RequestChanged {
  readonly kind: 'request_changed';
  readonly count: number;
}

export interface TypingChanged {
  readonly kind: 'typing_changed';
  readonly chat: number;
  readonly name: string;
  readonly on: boolean;
}

export interface StateChanged {
  readonly kind: 'state_changed';
  readonly state: State;
}

export interface LinkProgress {
  readonly kind: 'link_progress';
  readonly phase: LinkPhase;
  readonly done: number;
  readonly total: number;
  readonly words: string;
  readonly asks: LinkAsks;
  readonly name: string;
}

export interface LockedChanged {
  readonly kind: 'locked_changed';
  readonly unlocked: boolean;
}

export interface DevicesChanged {
  readonly kind: 'devices_changed';
}

export type Change =
  | ChatChanged
  | ChatGone
  | MessageChanged
  | MessageGone
  | PersonChanged
  | RequestChanged
  | TypingChanged
  | StateChanged
  | LinkProgress
  | LockedChanged
  | DevicesChanged;

export interface Patch {
  readonly kind: 'patch';
  readonly change: Change;
}

export interface Dial {
  readonly kind: 'dial';
  readonly conn: number;
  readonly url: string;
  readonly protocol: string;
}

export interface Send {
  readonly kind: 'send';
  readonly conn: number;
  readonly data: Uint8Array;
}

export interface HangUp {
  readonly kind: 'hang_up';
  readonly conn: number;
}

export interface AlarmSet {
  readonly kind: 'alarm_set';
  readonly atMs: number;
}

export interface Notify {
  readonly kind: 'notify';
  readonly chat: number;
  readonly title: string;
  readonly body: string;
}

export interface Chunk {
  readonly kind: 'chunk';
  readonly message: number;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly last: boolean;
}

export type Effect =
  | Reply
  | Patch
  | Dial
  | Send
  | HangUp
  | AlarmSet
  | Notify
  | Chunk;

export interface Effects {
  readonly list: readonly Effect[];
}

export interface Types {
  readonly op_status: OpStatus;
  readonly slot: Slot;
  readonly op_create: OpCreate;
  readonly op_unlock: OpUnlock;
  readonly op_lock: OpLock;
  readonly op_slot_put: OpSlotPut;
  readonly op_slot_drop: OpSlotDrop;
  readonly op_recover: OpRecover;
  readonly op_recovery_new: OpRecoveryNew;
  readonly op_recovery_check: OpRecoveryCheck;
  readonly op_recovery_set: OpRecoverySet;
  readonly op_recovery_again: OpRecoveryAgain;
  readonly op_wipe: OpWipe;
  readonly op_profile_set: OpProfileSet;
  readonly op_setting_set: OpSettingSet;
  readonly op_settings: OpSettings;
  readonly op_link_make: OpLinkMake;
  readonly op_link_list: OpLinkList;
  readonly op_link_drop: OpLinkDrop;
  readonly op_add: OpAdd;
  readonly op_link_read: OpLinkRead;
  readonly op_requests: OpRequests;
  readonly op_request_answer: OpRequestAnswer;
  readonly op_block: OpBlock;
  readonly op_chats: OpChats;
  readonly op_chat: OpChat;
  readonly op_chat_set: OpChatSet;
  readonly op_chat_delete: OpChatDelete;
  readonly op_members: OpMembers;
  readonly op_people: OpPeople;
  readonly op_person: OpPerson;
  readonly op_safety: OpSafety;
  readonly op_verify: OpVerify;
  readonly op_fork_settle: OpForkSettle;
  readonly op_messages: OpMessages;
  readonly op_message: OpMessage;
  readonly op_search: OpSearch;
  readonly op_starred: OpStarred;
  readonly op_send: OpSend;
  readonly op_edit: OpEdit;
  readonly op_delete: OpDelete;
  readonly op_react: OpReact;
  readonly op_star: OpStar;
  readonly op_retry: OpRetry;
  readonly op_draft: OpDraft;
  readonly op_read: OpRead;
  readonly op_typing: OpTyping;
  readonly op_group_make: OpGroupMake;
  readonly op_group_set: OpGroupSet;
  readonly op_group_add: OpGroupAdd;
  readonly op_group_remove: OpGroupRemove;
  readonly op_group_role: OpGroupRole;
  readonly op_group_leave: OpGroupLeave;
  readonly op_group_link: OpGroupLink;
  readonly op_group_join: OpGroupJoin;
  readonly op_room_settle: OpRoomSettle;
  readonly op_file_begin: OpFileBegin;
  readonly op_file_chunk: OpFileChunk;
  readonly op_file_cancel: OpFileCancel;
  readonly op_file_fetch: OpFileFetch;
  readonly op_file_read: OpFileRead;
  readonly op_devices: OpDevices;
  readonly op_device_revoke: OpDeviceRevoke;
  readonly op_device_name: OpDeviceName;
  readonly op_link_device: OpLinkDevice;
  readonly op_link_accept: OpLinkAccept;
  readonly op_link_cancel: OpLinkCancel;
  readonly op_state: OpState;
  readonly op_recovery_choices: OpRecoveryChoices;
  readonly op_recovery_finish: OpRecoveryFinish;
  readonly op_confirm: OpConfirm;
  readonly op_export: OpExport;
  readonly op_release: OpRelease;
  readonly op_link_confirm: OpLinkConfirm;
  readonly op: Op;
  readonly command: Command;
  readonly net_open: NetOpen;
  readonly net_message: NetMessage;
  readonly net_close: NetClose;
  readonly alarm: Alarm;
  readonly life: Life;
  readonly event: Event;
  readonly input: Input;
  readonly ok: Ok;
  readonly status: Status;
  readonly recovery: Recovery;
  readonly flag: Flag;
  readonly setting: Setting;
  readonly settings: Settings;
  readonly text: Text;
  readonly link_view: LinkView;
  readonly links: Links;
  readonly made: Made;
  readonly link_info: LinkInfo;
  readonly request_view: RequestView;
  readonly requests: Requests;
  readonly chat_view: ChatView;
  readonly chats: Chats;
  readonly member_view: MemberView;
  readonly members: Members;
  readonly person_view: PersonView;
  readonly people: People;
  readonly safety_device: SafetyDevice;
  readonly safety: Safety;
  readonly reply_view: ReplyView;
  readonly reaction_view: ReactionView;
  readonly file_view: FileView;
  readonly message_view: MessageView;
  readonly messages: Messages;
  readonly hit_view: HitView;
  readonly hits: Hits;
  readonly device_view: DeviceView;
  readonly devices: Devices;
  readonly state: State;
  readonly choice_view: ChoiceView;
  readonly choices: Choices;
  readonly result: Result;
  readonly reply: Reply;
  readonly chat_changed: ChatChanged;
  readonly chat_gone: ChatGone;
  readonly message_changed: MessageChanged;
  readonly message_gone: MessageGone;
  readonly person_changed: PersonChanged;
  readonly request_changed: RequestChanged;
  readonly typing_changed: TypingChanged;
  readonly state_changed: StateChanged;
  readonly link_progress: LinkProgress;
  readonly locked_changed: LockedChanged;
  readonly devices_changed: DevicesChanged;
  readonly change: Change;
  readonly patch: Patch;
  readonly dial: Dial;
  readonly send: Send;
  readonly hang_up: HangUp;
  readonly alarm_set: AlarmSet;
  readonly notify: Notify;
  readonly chunk: Chunk;
  readonly effect: Effect;
  readonly effects: Effects;
}

const codec = /* @__PURE__ */ makeCodec(`
op_status 1
slot - slotKind:uint salt:bstr ops:uint memory:uint label:bstr
op_create 2 name:tstr gateway:tstr slot:slot secret:bstr device:tstr invitation:tstr
op_unlock 3 kindNumber:uint secret:bstr
op_lock 4
op_slot_put 5 slot:slot secret:bstr
op_slot_drop 6 slotKind:uint
op_recover 7 code:tstr gateway:tstr slot:slot secret:bstr device:tstr
op_recovery_new 8
op_recovery_check 9 code:tstr
op_recovery_set 14 code:tstr old:tstr
op_recovery_again 15 code:tstr
op_wipe 10
op_profile_set 11 name:tstr picture:?bstr
op_setting_set 12 key:tstr value:tstr
op_settings 13
op_link_make 16 label:tstr uses:uint days:uint
op_link_list 17
op_link_drop 18 id:uint
op_add 19 link:tstr
op_link_read 20 link:tstr
op_requests 21
op_request_answer 22 id:uint answer:uint
op_block 23 person:uint on:bool
op_chats 32
op_chat 33 chat:uint
op_chat_set 34 chat:uint key:tstr value:uint
op_chat_delete 35 chat:uint
op_members 36 chat:uint
op_people 37
op_person 38 person:uint
op_safety 39 person:uint
op_verify 40 person:uint on:bool scanned:?bstr
op_fork_settle 41 person:uint
op_messages 48 chat:uint before:uint after:uint around:uint limit:uint
op_message 49 id:uint
op_search 50 text:tstr chat:uint before:uint limit:uint
op_starred 51 before:uint limit:uint
op_send 64 chat:uint text:tstr replyTo:uint mentions:*uint
op_edit 65 message:uint text:tstr
op_delete 66 message:uint everyone:bool
op_react 67 message:uint emoji:tstr
op_star 68 message:uint on:bool
op_retry 69 message:uint
op_draft 70 chat:uint text:tstr replyTo:uint
op_read 71 chat:uint message:uint
op_typing 72 chat:uint on:bool
op_group_make 80 name:tstr picture:?bstr people:*uint
op_group_set 81 chat:uint name:tstr picture:?bstr
op_group_add 82 chat:uint people:*uint
op_group_remove 83 chat:uint person:uint
op_group_role 84 chat:uint person:uint role:uint
op_group_leave 85 chat:uint
op_group_link 86 chat:uint on:bool
op_group_join 87 link:tstr
op_room_settle 88 chat:uint how:uint
op_file_begin 96 chat:uint name:tstr type:tstr bytes:uint width:uint height:uint preview:bstr caption:tstr replyTo:uint
op_file_chunk 97 message:uint offset:uint data:bstr last:bool
op_file_cancel 98 message:uint
op_file_fetch 99 message:uint
op_file_read 100 message:uint offset:uint
op_devices 112
op_device_revoke 113 device:bstr code:tstr old:tstr
op_device_name 114 name:tstr
op_link_device 115 gateway:tstr slot:slot secret:bstr device:tstr
op_link_accept 116 code:tstr
op_link_cancel 117
op_state 118
op_recovery_choices 119
op_recovery_finish 120 code:tstr keep:*bstr take:*bstr
op_confirm 121 what:uint kindNumber:uint secret:bstr
op_export 122
op_release 123 seq:uint hash:bstr
op_link_confirm 124 yes:bool
op / op_status op_create op_unlock op_lock op_slot_put op_slot_drop op_recover op_recovery_new op_recovery_check op_recovery_set op_recovery_again op_wipe op_profile_set op_setting_set op_settings op_link_make op_link_list op_link_drop op_add op_link_read op_requests op_request_answer op_block op_chats op_chat op_chat_set op_chat_delete op_members op_people op_person op_safety op_verify op_fork_settle op_messages op_message op_search op_starred op_send op_edit op_delete op_react op_star op_retry op_draft op_read op_typing op_group_make op_group_set op_group_add op_group_remove op_group_role op_group_leave op_group_link op_group_join op_room_settle op_file_begin op_file_chunk op_file_cancel op_file_fetch op_file_read op_devices op_device_revoke op_device_name op_link_device op_link_accept op_link_cancel op_state op_recovery_choices op_recovery_finish op_confirm op_export op_release op_link_confirm
command 1 request:uint op:op
net_open 2 conn:uint
net_message 3 conn:uint data:bstr
net_close 4 conn:uint
alarm 5
life 6 state:uint
event / command net_open net_message net_close alarm life
input - nowMs:uint event:event
ok 1
status 2 exists:bool unlocked:bool slots:*slot waitMs:uint
recovery 3 code:tstr
flag 4 on:bool
setting - key:tstr value:tstr
settings 5 list:*setting
text 6 value:tstr
link_view - id:uint label:tstr link:tstr usesLeft:uint expiresMs:uint madeMs:uint chat:uint
links 7 list:*link_view
made 8 id:uint
link_info 9 what:uint gateway:tstr known:uint
request_view - id:uint atMs:uint fingerprint:tstr label:tstr
requests 10 list:*request_view
chat_view - id:uint type:uint title:tstr picture:?bstr person:uint members:uint state:uint role:uint lastText:tstr lastSender:tstr lastMs:uint lastMine:bool lastState:uint unread:uint mentioned:bool pinned:bool archived:bool mutedUntilMs:uint draft:tstr draftReply:uint timerS:uint verified:uint firstUnread:uint note:uint devices:uint silent:uint
chats 11 list:*chat_view
member_view - person:uint name:tstr role:uint me:bool picture:?bstr verified:uint devices:uint silent:uint
members 12 list:*member_view
person_view - id:uint name:tstr picture:?bstr fingerprint:tstr verified:uint blocked:bool chat:uint devices:uint verifiedMs:uint fork:bool
people 13 list:*person_view
safety_device - fingerprint:tstr added:uint here:uint
safety 14 digits:tstr code:bstr verified:uint devices:*safety_device
reply_view - id:uint senderName:tstr text:tstr
reaction_view - emoji:tstr count:uint mine:bool who:tstr removed:bool
file_view - name:tstr type:tstr bytes:uint width:uint height:uint preview:bstr state:uint done:uint
message_view - id:uint chat:uint sender:uint senderName:tstr mine:bool atMs:uint type:uint text:tstr reply:?reply_view edited:bool state:uint reactions:*reaction_view file:?file_view notice:uint starred:bool mentionsMe:bool expiresMs:uint reason:uint place:uint saidMs:uint serverMs:uint twice:bool asked:bool removed:bool by:uint byName:tstr byHow:uint
messages 15 list:*message_view moreBefore:bool moreAfter:bool
hit_view - message:message_view chatTitle:tstr
hits 16 list:*hit_view
device_view - id:bstr name:tstr current:bool addedMs:uint seenMs:uint
devices 17 list:*device_view
state 18 line:uint waiting:uint name:tstr me:uint fingerprint:tstr picture:?bstr requests:uint recoveryChecked:bool serverKnown:bool recovering:uint dropped:bool recordMs:uint undone:bool clockOffMs:uint clockFast:bool droppedBy:tstr skipped:bool codeOpens:bool
choice_view - device:bstr name:tstr listed:bool part:uint partMs:uint
choices 19 list:*choice_view
result / ok status recovery flag settings text links made link_info requests chats members people safety messages hits devices state choices
reply 1 request:uint error:uint detail:uint result:result
chat_changed 1 chat:chat_view
chat_gone 2 chat:uint
message_changed 3 message:message_view fresh:bool
message_gone 4 chat:uint message:uint
person_changed 5 person:person_view
request_changed 6 count:uint
typing_changed 7 chat:uint name:tstr on:bool
state_changed 8 state:state
link_progress 9 phase:uint done:uint total:uint words:tstr asks:uint name:tstr
locked_changed 10 unlocked:bool
devices_changed 11
change / chat_changed chat_gone message_changed message_gone person_changed request_changed typing_changed state_changed link_progress locked_changed devices_changed
patch 2 change:change
dial 3 conn:uint url:tstr protocol:tstr
send 4 conn:uint data:bstr
hang_up 5 conn:uint
alarm_set 6 atMs:uint
notify 7 chat:uint title:tstr body:tstr
chunk 8 message:uint offset:uint data:bstr last:bool
effect / reply patch dial send hang_up alarm_set notify chunk
effects - list:*effect
`);

export function encode<K extends keyof Types>(name: K, value: Types[K]): Uint8Array {
  return codec.encode(name, value);
}

/** Throws on bytes that are not one whole item of that type. */
export function decode<K extends keyof Types>(name: K, bytes: Uint8Array): Types[K] {
  return codec.decode(name, bytes) as Types[K];
}
