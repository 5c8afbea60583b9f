import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Me } from '../../../src/wire/session.ts'
import { longDay, weekday } from '../format/moment.ts'
import { setPreferences, usePreferences } from '../preferences/preferences.ts'
import { navigate } from '../router/location.ts'
import { useText } from '../text/setup-text.ts'
import { commandKey, Kbd } from '../ui/kbd.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { useSignOut } from './sign-out.ts'

interface Props {
  readonly me: Me
  readonly onDrawer: () => void
  readonly onPalette: () => void
  readonly onKeys: () => void
}

/** Search, today's date, language, and who I am in which post. */
export function TopBar({ me, onDrawer, onPalette, onKeys }: Props) {
  const { t, language } = useText()
  return (
    <header className="top-bar">
      <button type="button" className="icon-button rail-toggle" aria-label={t('frame.menu')} onClick={onDrawer}>
        <svg width="18" height="14" viewBox="0 0 18 14" aria-hidden="true">
          <path d="M1 1h16M1 7h16M1 13h16" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
      </button>
      <button type="button" className="palette-button" onClick={onPalette} aria-keyshortcuts="Control+K Meta+K">
        <span className="one-line">{t('palette.prompt')}</span>
        <Kbd>{`${commandKey}K`}</Kbd>
      </button>
      <span className="top-date whitespace-nowrap">{`${longDay(me.now, language)}　${weekday(me.now, language)}`}</span>
      <LanguageSwitch />
      <WhoMenu me={me} onKeys={onKeys} />
    </header>
  )
}

function WhoMenu({ me, onKeys }: { readonly me: Me; readonly onKeys: () => void }) {
  const { t } = useText()
  const { theme } = usePreferences()
  const signOut = useSignOut()
  const toggled = theme === 'dark' ? 'light' : 'dark'
  return (
    <MenuTrigger>
      <Button
        className="who whitespace-nowrap"
        aria-label={t('frame.whoMenu', { name: me.name, unit: me.unit, title: me.title })}
      >
        {me.name}
        <small className="who-post">
          <span className="who-unit">{`${me.unit}　`}</span>
          {me.title}
        </small>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          <MenuItem className="menu-item" onAction={() => navigate('/account')}>
            {t('rail.account')}
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => navigate('/settings')}>
            {t('rail.settings')}
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => setPreferences({ theme: toggled })}>
            {t(`palette.theme.${toggled}`)}
          </MenuItem>
          <MenuItem className="menu-item" textValue={t('keys.title')} onAction={onKeys}>
            {t('keys.title')}
            <Kbd>?</Kbd>
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => void signOut()}>
            {t('frame.signOut')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
