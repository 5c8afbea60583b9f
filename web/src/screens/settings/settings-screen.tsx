import type { ReactNode } from 'react'
import { KeyList } from '../../frame/key-list.tsx'
import { setPreferences, usePreferences } from '../../preferences/preferences.ts'
import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { Licences } from './licences.tsx'
import { MissingMeans } from './missing-means.tsx'

/** How the page looks for me, in this browser; and what it is made of. */
export function SettingsScreen() {
  const { t } = useText()
  const { language, theme } = usePreferences()
  return (
    <Screen title={t('rail.settings')} lead={t('settings.lead')}>
      <Choice title={t('settings.language')}>
        {(['zh-TW', 'en'] as const).map((each) => (
          <Option key={each} isOn={each === language} onChoose={() => setPreferences({ language: each })}>
            <span lang={each}>{each === 'en' ? 'English' : '正體中文'}</span>
          </Option>
        ))}
      </Choice>
      <Choice title={t('settings.theme')}>
        {(['system', 'light', 'dark'] as const).map((each) => (
          <Option key={each} isOn={each === theme} onChoose={() => setPreferences({ theme: each })}>
            {t(`settings.themes.${each}`)}
          </Option>
        ))}
      </Choice>
      <h2>{t('keys.title')}</h2>
      <KeyList />
      <h2>{t('settings.about')}</h2>
      <p className="text-soft m-0 max-w-2xl">{t('settings.aboutText')}</p>
      <MissingMeans />
      <Licences />
    </Screen>
  )
}

function Choice({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <h2>{title}</h2>
      <fieldset className="segmented m-0 p-0" aria-label={title}>
        {children}
      </fieldset>
    </>
  )
}

function Option({
  isOn,
  onChoose,
  children,
}: {
  readonly isOn: boolean
  readonly onChoose: () => void
  readonly children: ReactNode
}) {
  return (
    <button type="button" aria-pressed={isOn} {...(isOn && { 'data-selected': true })} onClick={onChoose}>
      {children}
    </button>
  )
}
