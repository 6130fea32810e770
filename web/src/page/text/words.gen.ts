// Made by web/language.js from web/language/en.json.

export type PlainKey =
  | 'add'
  | 'back'
  | 'cancel'
  | 'changed'
  | 'close'
  | 'continue'
  | 'copied'
  | 'copy'
  | 'delete'
  | 'download'
  | 'edit'
  | 'file'
  | 'later'
  | 'link'
  | 'make'
  | 'more'
  | 'print'
  | 'retry'
  | 'save'
  | 'saved'
  | 'scan'
  | 'search'
  | 'send'
  | 'share'
  | 'show'
  | 'skip'
  | 'skip-main'
  | 'start'
  | 'starting'
  | 'today'
  | 'try-again'
  | 'working'
  | 'yesterday'
  | 'you'
  | 'no-name'
  | 'advanced'
  | 'details'
  | 'language'
  | 'messages'
  | 'picture'
  | 'welcome-title'
  | 'welcome-lead'
  | 'your-name'
  | 'your-name-hint'
  | 'picture-add'
  | 'picture-change'
  | 'have-elsewhere'
  | 'gateway'
  | 'gateway-hint'
  | 'invitation'
  | 'invitation-hint'
  | 'lock-title'
  | 'lock-lead'
  | 'use-passkey'
  | 'use-passphrase'
  | 'passkey-refused'
  | 'passphrase'
  | 'show-passphrase'
  | 'hide-passphrase'
  | 'recovery-title'
  | 'recovery-lead'
  | 'recovery-lead-check'
  | 'recovery-kept'
  | 'recovery-code'
  | 'recovery-code-hint'
  | 'recovery-ask-hint'
  | 'recovery-wrong-group'
  | 'recovery-check'
  | 'invite-title'
  | 'invite-lead'
  | 'to-chats'
  | 'share-text'
  | 'copy-link'
  | 'qr-of-link'
  | 'add-field'
  | 'add-not-a-link'
  | 'add-is-device'
  | 'add-is-own'
  | 'add-known'
  | 'add-title'
  | 'add-someone'
  | 'scan-link'
  | 'scan-picture'
  | 'scan-nothing'
  | 'camera-why'
  | 'camera-start'
  | 'camera-picture'
  | 'camera-refused'
  | 'elsewhere-title'
  | 'elsewhere-lead'
  | 'elsewhere-link'
  | 'elsewhere-link-hint'
  | 'elsewhere-recover'
  | 'elsewhere-recover-hint'
  | 'recover-title'
  | 'recover-lead'
  | 'recover-again'
  | 'recover-working'
  | 'recover-failed-title'
  | 'recover-failed'
  | 'recover-choose'
  | 'recover-choose-lead'
  | 'recover-take-hint'
  | 'recover-no-part'
  | 'recover-bad-part'
  | 'recover-new-lead'
  | 'link-show-title'
  | 'link-show-lead'
  | 'link-qr'
  | 'link-moving-title'
  | 'link-moving'
  | 'link-failed-title'
  | 'link-failed'
  | 'link-over'
  | 'link-refused'
  | 'link-used'
  | 'link-compare-title'
  | 'link-other-side'
  | 'link-ask-words'
  | 'link-ask-note'
  | 'link-yes'
  | 'link-no'
  | 'locked-title'
  | 'locked-lead'
  | 'unlock'
  | 'unlock-passkey'
  | 'use-recovery'
  | 'wrong-passphrase'
  | 'wrong-code'
  | 'forget-device'
  | 'forget-device-text'
  | 'forget-yes'
  | 'start-again'
  | 'dead-storage'
  | 'dead-storage-text'
  | 'dead-busy'
  | 'dead-busy-text'
  | 'dead-core'
  | 'dead-core-text'
  | 'dead-panic'
  | 'dead-panic-text'
  | 'sections'
  | 'section-chats'
  | 'section-people'
  | 'section-settings'
  | 'offline'
  | 'connecting'
  | 'update-elsewhere'
  | 'update-after'
  | 'update'
  | 'no-chat-open'
  | 'empty-first'
  | 'empty-choose'
  | 'empty-list'
  | 'keys-hint'
  | 'archive'
  | 'starred'
  | 'starred-none'
  | 'new-chat'
  | 'requests'
  | 'requests-lead'
  | 'requests-none'
  | 'accept'
  | 'decline'
  | 'block'
  | 'unblock'
  | 'search-everywhere'
  | 'search-here'
  | 'found-nothing'
  | 'note-to-self'
  | 'note-to-self-hint'
  | 'typing'
  | 'mentioned'
  | 'pinned'
  | 'muted'
  | 'verified'
  | 'known'
  | 'waiting-accept'
  | 'chat-menu'
  | 'device-not-in'
  | 'device-silent'
  | 'device-here'
  | 'member-silent'
  | 'pin'
  | 'unpin'
  | 'mute-8h'
  | 'mute-always'
  | 'unmute'
  | 'archive-chat'
  | 'unarchive'
  | 'mark-unread'
  | 'chat-delete'
  | 'group-leave'
  | 'group-leave-yes'
  | 'compare'
  | 'branches-keep'
  | 'dropped'
  | 'forked'
  | 'stuck'
  | 'joining'
  | 'left-group'
  | 'timeline'
  | 'older'
  | 'beginning'
  | 'beginning-self'
  | 'unread-line'
  | 'to-newest'
  | 'spoken-sent'
  | 'message-menu'
  | 'edited'
  | 'deleted'
  | 'unreadable'
  | 'missing-ask'
  | 'twice'
  | 'removed-device-mine'
  | 'message-gone'
  | 'is-starred'
  | 'state-queued'
  | 'state-sent'
  | 'state-delivered'
  | 'state-read'
  | 'state-failed'
  | 'reactions'
  | 'react'
  | 'react-more'
  | 'reply'
  | 'copy-text'
  | 'star'
  | 'unstar'
  | 'delete-title'
  | 'delete-text'
  | 'delete-text-here'
  | 'delete-here'
  | 'delete-everyone'
  | 'spoiler'
  | 'file-failed'
  | 'file-stopped'
  | 'file-again'
  | 'notice-expired'
  | 'notice-record'
  | 'notice-skipped'
  | 'notice-my-device-code'
  | 'notice-unread-commit'
  | 'notice-timer-now'
  | 'quiet-again'
  | 'note-removal'
  | 'note-stopped'
  | 'note-other-room'
  | 'note-lost'
  | 'note-new-room'
  | 'note-still'
  | 'still-go-on'
  | 'room-follow'
  | 'room-new'
  | 'room-take'
  | 'notice-made-you'
  | 'notice-joined-you'
  | 'notice-left-you'
  | 'notice-removed-you'
  | 'notice-admin-you'
  | 'notice-no-admin-you'
  | 'notice-device-you'
  | 'notice-device-gone-you'
  | 'notice-recovered-you'
  | 'notice-key-you'
  | 'notice-forged-you'
  | 'notice-timer-you'
  | 'write'
  | 'attach'
  | 'caption'
  | 'caption-hint'
  | 'editing'
  | 'mention'
  | 'emoji'
  | 'emoji-search'
  | 'emoji-recent'
  | 'emoji-smileys'
  | 'emoji-people'
  | 'emoji-nature'
  | 'emoji-food'
  | 'emoji-travel'
  | 'emoji-activities'
  | 'emoji-objects'
  | 'emoji-symbols'
  | 'emoji-flags'
  | 'people-filter'
  | 'people-none'
  | 'open-chat'
  | 'show-person'
  | 'fingerprint'
  | 'blocked'
  | 'blocked-note'
  | 'safety'
  | 'safety-note'
  | 'safety-digits'
  | 'safety-qr'
  | 'safety-scan'
  | 'safety-later'
  | 'safety-newer'
  | 'safety-equal'
  | 'safety-different'
  | 'safety-other'
  | 'verify'
  | 'unverify'
  | 'group-new'
  | 'group-name'
  | 'group-make'
  | 'group-join'
  | 'group-edit'
  | 'group-add'
  | 'group-remove'
  | 'group-link'
  | 'group-link-on'
  | 'group-link-note'
  | 'members'
  | 'admin'
  | 'role-give'
  | 'role-drop'
  | 'timer'
  | 'timer-note'
  | 'my-link'
  | 'my-link-note'
  | 'settings-profile'
  | 'settings-look'
  | 'settings-notices'
  | 'settings-chats'
  | 'settings-safety'
  | 'settings-devices'
  | 'settings-links'
  | 'settings-storage'
  | 'theme'
  | 'theme-system'
  | 'theme-light'
  | 'theme-dark'
  | 'theme-black'
  | 'notices-show'
  | 'notices-denied'
  | 'notices-text'
  | 'notices-text-hint'
  | 'notices-note'
  | 'notice-plain'
  | 'read-notices'
  | 'typing-notices'
  | 'both-ways'
  | 'enter-sends'
  | 'enter-sends-hint'
  | 'lock'
  | 'lock-after'
  | 'lock-now'
  | 'passphrase-change'
  | 'passphrase-set'
  | 'passkey-add'
  | 'passkey-drop'
  | 'recovery-what'
  | 'recovery-new'
  | 'recovery-new-text'
  | 'recovery-old'
  | 'recovery-old-hint'
  | 'recovery-opens-nothing'
  | 'recovery-undone'
  | 'recovery-skipped'
  | 'recovery-test'
  | 'recovery-right'
  | 'recovery-wrong'
  | 'recovery-known'
  | 'recovery-unknown'
  | 'devices'
  | 'devices-note'
  | 'device-no-name'
  | 'device-this'
  | 'device-revoke'
  | 'device-revoke-code'
  | 'device-revoke-open'
  | 'device-revoke-later'
  | 'device-link'
  | 'device-link-how'
  | 'link-code'
  | 'link-bad-code'
  | 'link-scan'
  | 'link-wait'
  | 'link-sending'
  | 'link-done'
  | 'links-note'
  | 'links-none'
  | 'link-new'
  | 'link-label'
  | 'link-label-hint'
  | 'link-uses'
  | 'link-days'
  | 'link-drop'
  | 'uses-any'
  | 'days-any'
  | 'storage-kept'
  | 'storage-not-kept'
  | 'storage-ask'
  | 'export'
  | 'export-note'
  | 'export-warning'
  | 'export-save'
  | 'code-checking'
  | 'code-checking-text'
  | 'code-checked'
  | 'code-checked-text'
  | 'code-local'
  | 'code-local-text'
  | 'code-guarded'
  | 'code-guarded-text'
  | 'code-portable'
  | 'code-portable-text'
  | 'code-stale'
  | 'code-stale-text'
  | 'code-unchecked'
  | 'code-unchecked-text'
  | 'code-differs'
  | 'code-differs-text'
  | 'code-not'
  | 'code-version'
  | 'code-release'
  | 'code-log'
  | 'code-witnesses'
  | 'code-witnesses-none'
  | 'code-seen'
  | 'code-list'
  | 'code-commit'
  | 'trouble-withheld'
  | 'trouble-rollback'
  | 'trouble-equivocation'
  | 'trouble-stale'
  | 'trouble-newest'
  | 'trouble-clock'
  | 'trouble-file'
  | 'trouble-loader'
  | 'trouble-loader-agree'
  | 'trouble-network'
  | 'trouble-refused'
  | 'evidence-save'
  | 'refused-safe'
  | 'refused-no-worker'
  | 'refused-no-worker-text'
  | 'refused-bypassed'
  | 'refused-bypassed-text'
  | 'refused-second-worker'
  | 'refused-second-worker-text'
  | 'refused-other-release'
  | 'refused-other-release-text'
  | 'refused-not-accepted'
  | 'refused-not-accepted-text'
  | 'refused-opened'
  | 'refused-opened-text'
  | 'refused-clock'
  | 'refused-clock-text'
  | 'refused-silent'
  | 'refused-silent-text'
  | 'again-title'
  | 'again-why'
  | 'window-open'
  | 'window-open-text'
  | 'window-asked'
  | 'window-asked-text'
  | 'window-denied'
  | 'window-denied-text'
  | 'window-close'
  | 'window-ask-again'
  | 'window-knocks'
  | 'window-let-in'
  | 'window-refuse'
  | 'alarm-loader-update'
  | 'alarm-loader-update-text'
  | 'alarm-second-worker'
  | 'alarm-second-worker-text'
  | 'alarm-older-release'
  | 'alarm-older-release-text'
  | 'alarm-reset'
  | 'alarm-reset-text'
  | 'reset-looks'
  | 'alarm-when'
  | 'alarm-release'
  | 'alarm-advice'
  | 'alarm-continue'
  | 'shortcuts'
  | 'key-search'
  | 'key-search-chat'
  | 'key-next'
  | 'key-next-unread'
  | 'key-send'
  | 'key-line'
  | 'key-edit'
  | 'key-escape'
  | 'key-messages'
  | 'key-mute'
  | 'key-sheet'
  | 'err-input'
  | 'err-version'
  | 'err-auth'
  | 'err-passphrase'
  | 'err-policy'
  | 'err-state'
  | 'err-epoch'
  | 'err-future'
  | 'err-locked'
  | 'err-limit'
  | 'err-rate'
  | 'err-quota'
  | 'err-gone'
  | 'err-store'
  | 'err-corrupt'
  | 'err-full'
  | 'err-older'
  | 'err-newer'
  | 'err-host'
  | 'err-memory'
  | 'err-bug';

/** What the other messages take. */
export interface Takes {
  step: { of: number; step: number };
  'passphrase-hint': { min: number };
  'passphrase-short': { min: number };
  'recovery-file': { date: string };
  'recovery-ask': { place: number };
  'add-is-person': { gateway: string };
  'add-is-group': { gateway: string };
  'recover-keep': { name: string };
  'recover-take': { name: string };
  'recover-part': { date: string };
  'link-words': { words: string };
  'link-ask-device': { name: string };
  'link-ask-account': { name: string };
  wait: { seconds: number };
  'unread-count': { count: number };
  waiting: { count: number };
  'update-ready': { version: string };
  'request-from': { key: string };
  'request-link': { label: string };
  found: { count: number };
  'last-from': { name: string; text: string };
  'list-next': { before: string; next: string };
  'draft-word': { text: string };
  'typing-who': { name: string };
  'waiting-accept-long': { name: string };
  'devices-count': { count: number };
  'devices-silent': { count: number };
  'device-number': { number: number };
  'members-count': { count: number };
  'chat-delete-text': { name: string };
  'group-leave-text': { name: string };
  'key-changed': { name: string };
  'was-compared': { date: string };
  branches: { name: string };
  'dropped-by': { name: string };
  'blocked-chat': { name: string };
  spoken: { name: string; text: string };
  'spoken-many': { count: number };
  'unreadable-why': { why: string };
  missing: { count: number; who: string };
  'missing-mine': { count: number };
  'missing-asked': { missing: string };
  'removed-device': { who: string };
  'time-both': { gateway: string; said: string };
  'clock-slow': { minutes: number };
  'clock-fast': { minutes: number };
  'not-sent': { why: string };
  'state-waiting': { name: string };
  'reaction-by': { emoji: string; who: string };
  'reaction-by-removed': { emoji: string; who: string };
  'reaction-removed': { who: string };
  'react-with': { emoji: string };
  'picture-open': { name: string };
  'picture-fetch': { name: string; size: string };
  'file-save': { name: string; size: string };
  'file-fetch': { name: string; size: string };
  'file-coming': { percent: number };
  'file-going': { percent: number };
  'notice-made': { who: string };
  'notice-joined': { what: string };
  'notice-left': { what: string };
  'notice-removed': { what: string };
  'notice-renamed': { what: string; who: string };
  'notice-admin': { what: string };
  'notice-no-admin': { what: string };
  'notice-device': { what: string };
  'notice-device-gone': { what: string };
  'notice-recovered': { what: string };
  'notice-accepted': { what: string };
  'notice-verified': { what: string };
  'notice-timer': { who: string };
  'notice-key': { what: string };
  'notice-forged': { what: string };
  'notice-my-device': { by: string };
  'notice-my-device-gone': { by: string; what: string };
  'notice-my-device-gone-code': { what: string };
  'notice-not-removed': { what: string };
  'notice-other-room': { what: string };
  'notice-stopped': { what: string };
  'notice-new-room': { what: string };
  'notice-unchecked': { what: string };
  'notice-old-room': { what: string };
  'notice-gone': { what: string };
  'notice-named': { what: string };
  'notice-many': { added: number; came: number; dropped: number; roles: number; went: number };
  'notice-by': { line: string; who: string };
  'notice-by-you': { line: string };
  'notice-says': { line: string; who: string };
  'notice-says-you': { line: string };
  'notice-by-removed': { line: string; who: string };
  'notice-by-removed-mine': { line: string };
  'notice-by-foreign': { line: string; who: string };
  'note-alone': { name: string };
  'note-quiet': { name: string };
  'notice-renamed-you': { what: string };
  'write-to': { name: string };
  'attach-title': { count: number };
  replying: { name: string };
  'mention-count': { count: number };
  'block-text': { name: string };
  'safety-how': { name: string };
  'safety-fork': { name: string };
  'member-menu': { name: string };
  'timer-value': { seconds: number };
  'lock-minutes': { minutes: number };
  'recovery-used': { date: string };
  'device-since': { added: string; seen: string };
  'device-revoke-text': { name: string };
  'link-no-label': { date: string };
  uses: { count: number };
  'uses-left': { count: number };
  until: { date: string };
  days: { count: number };
  'storage-used': { quota: string; used: string };
  'export-count': { count: number };
  'code-log-place': { index: number; size: number };
  'code-age': { days: number; when: string };
  'code-alert': { name: string };
  'code-pending': { seq: number; version: string; when: string };
}
