import { setPreferences, usePreferences } from '../preferences/preferences.ts'

/** To the other language, named in that language. */
export function LanguageSwitch() {
  const { language } = usePreferences()
  const other = language === 'en' ? 'zh-TW' : 'en'
  return (
    <button
      type="button"
      lang={other}
      className="icon-button whitespace-nowrap"
      onClick={() => setPreferences({ language: other })}
    >
      <span className="max-sm:hidden">{other === 'en' ? 'English' : '中文'}</span>
      <abbr className="sm:hidden no-underline" title={other === 'en' ? 'English' : '中文'}>
        {other === 'en' ? 'EN' : '中'}
      </abbr>
    </button>
  )
}
