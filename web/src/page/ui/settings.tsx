// Settings: the list of pages, and the short ones. Longer pages have files of their own.
import { sheetOpen } from '../keys.ts';
import { chooseLanguage, chooseTheme, theme, themes } from '../look.ts';
import { askNotifications, notices } from '../notify.ts';
import { saveSetting } from '../state/actions.ts';
import { route } from '../state/route.ts';
import { self, setting } from '../state/state.ts';
import { language, type PlainKey, t } from '../text/strings.ts';
import { Avatar } from './kit/avatar.tsx';
import { Choice, Group, Switch } from './kit/field.tsx';
import { Icon, type IconName } from './kit/icon.tsx';
import { DevicesPage } from './settings-devices.tsx';
import { LinksPage } from './settings-links.tsx';
import { ProfilePage } from './settings-profile.tsx';
import { SafetyPage } from './settings-safety.tsx';
import { StoragePage } from './settings-storage.tsx';
import { View } from './view.tsx';

const PAGES: readonly (readonly [string, IconName, PlainKey])[] = [
  ['profile', 'user', 'settings-profile'],
  ['look', 'palette', 'settings-look'],
  ['notices', 'bell', 'settings-notices'],
  ['chats', 'chats', 'settings-chats'],
  ['safety', 'shield', 'settings-safety'],
  ['devices', 'device', 'settings-devices'],
  ['links', 'link', 'settings-links'],
  ['storage', 'disk', 'settings-storage'],
];

export function SettingsList() {
  const me = self.value;
  return (
    <section class="list" aria-label={t('section-settings')}>
      <header class="list-header">
        <h1>{t('section-settings')}</h1>
      </header>
      <div class="list-scroll">
        <a class="chat-row me-row" href="#/settings/profile">
          <Avatar name={me?.name ?? ''} seed={me?.me ?? 0} picture={me?.picture ?? null} size="l" />
          <span class="chat-row-text">
            <bdi class="chat-row-title">{me?.name}</bdi>
            <span class="chat-row-last">{t(me?.recoveryChecked ? 'recovery-known' : 'recovery-unknown')}</span>
          </span>
        </a>
        <ul class="rows">
          {PAGES.map(([name, icon, title]) => (
            <li key={name}>
              <a
                class="setting-row"
                href={`#/settings/${name}`}
                aria-current={route.value.extra === name ? 'page' : undefined}
              >
                <Icon name={icon} />
                <span>{t(title)}</span>
                <Icon name="next" size={16} flip />
              </a>
            </li>
          ))}
        </ul>
        <button type="button" class="setting-row only-keys" onClick={() => (sheetOpen.value = true)}>
          <Icon name="keyboard" />
          <span>{t('shortcuts')}</span>
        </button>
      </div>
    </section>
  );
}

function LookPage() {
  return (
    <View title={t('settings-look')} back="settings">
      <Group>
        <Choice
          label={t('theme')}
          value={theme.value}
          options={themes.map((x) => [x, t(`theme-${x}`)] as const)}
          onChange={(x) => void chooseTheme(x)}
        />
        <Choice
          label={t('language')}
          value={language()}
          options={Object.entries(LANGUAGES).map(([tag, { name }]) => [tag, name] as const)}
          onChange={(x) => void chooseLanguage(x)}
        />
      </Group>
    </View>
  );
}

function NoticesPage() {
  const state = notices.value;
  return (
    <View title={t('settings-notices')} back="settings">
      <Group note={t('notices-note')}>
        <Switch
          label={t('notices-show')}
          hint={state === 'denied' ? t('notices-denied') : ''}
          disabled={state === 'denied' || state === 'none'}
          on={state === 'granted' && setting('notifications', 'on') !== 'off'}
          onChange={(on) => {
            void saveSetting('notifications', on ? 'on' : 'off');
            if (on) void askNotifications();
          }}
        />
        <Switch
          label={t('notices-text')}
          hint={t('notices-text-hint')}
          on={setting('notice-text', 'off') === 'on'}
          onChange={(on) => void saveSetting('notice-text', on ? 'on' : 'off')}
        />
      </Group>
    </View>
  );
}

function ChatsPage() {
  const onOff = (key: string, otherwise: 'on' | 'off') => ({
    on: setting(key, otherwise) !== 'off',
    onChange: (on: boolean): void => void saveSetting(key, on ? 'on' : 'off'),
  });
  return (
    <View title={t('settings-chats')} back="settings">
      <Group note={t('both-ways')}>
        <Switch label={t('read-notices')} {...onOff('read-notices', 'on')} />
        <Switch label={t('typing-notices')} {...onOff('typing-notices', 'on')} />
      </Group>
      <Group>
        <Switch label={t('enter-sends')} hint={t('enter-sends-hint')} {...onOff('enter-sends', 'on')} />
      </Group>
    </View>
  );
}

export function SettingsPage({ name }: { name: string }) {
  switch (name) {
    case 'look':
      return <LookPage />;
    case 'notices':
      return <NoticesPage />;
    case 'chats':
      return <ChatsPage />;
    case 'safety':
      return <SafetyPage />;
    case 'devices':
      return <DevicesPage />;
    case 'links':
      return <LinksPage />;
    case 'storage':
      return <StoragePage />;
    default:
      return <ProfilePage />;
  }
}
