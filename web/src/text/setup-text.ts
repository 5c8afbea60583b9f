import { createInstance } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { currentPreferences, subscribePreferences } from '../preferences/preferences.ts'
import { en } from './en.ts'
import { accessTextEn } from './en-access.ts'
import { accountTextEn } from './en-account.ts'
import { canariesTextEn } from './en-canaries.ts'
import { changesTextEn } from './en-changes.ts'
import { chartsTextEn } from './en-charts.ts'
import { approvalTextEn, emergencyTextEn, gateTextEn } from './en-gate.ts'
import { importUndoTextEn } from './en-import-undo.ts'
import { ledgerTextEn } from './en-ledger.ts'
import { meTextEn } from './en-me.ts'
import { openingsTextEn } from './en-openings.ts'
import { peopleTextEn } from './en-people.ts'
import { traceTextEn } from './en-trace.ts'
import { walkTextEn } from './en-walk.ts'
import { zhTW } from './zh-TW.ts'
import { accessTextZh } from './zh-TW-access.ts'
import { accountTextZh } from './zh-TW-account.ts'
import { canariesTextZh } from './zh-TW-canaries.ts'
import { changesTextZh } from './zh-TW-changes.ts'
import { chartsTextZh } from './zh-TW-charts.ts'
import { approvalTextZh, emergencyTextZh, gateTextZh } from './zh-TW-gate.ts'
import { importUndoTextZh } from './zh-TW-import-undo.ts'
import { ledgerTextZh } from './zh-TW-ledger.ts'
import { meTextZh } from './zh-TW-me.ts'
import { openingsTextZh } from './zh-TW-openings.ts'
import { peopleTextZh } from './zh-TW-people.ts'
import { traceTextZh } from './zh-TW-trace.ts'
import { walkTextZh } from './zh-TW-walk.ts'

/** Loads the texts and follows the person's language. Call once, before rendering. */
export async function setupText() {
  const instance = createInstance()
  await instance.use(initReactI18next).init({
    lng: currentPreferences().language,
    fallbackLng: 'zh-TW',
    resources: {
      'zh-TW': {
        translation: {
          ...zhTW,
          access: accessTextZh,
          charts: chartsTextZh,
          trace: traceTextZh,
          canaries: canariesTextZh,
          changes: changesTextZh,
          importUndo: importUndoTextZh,
          ledger: ledgerTextZh,
          openings: openingsTextZh,
          me: meTextZh,
          people: peopleTextZh,
          account: accountTextZh,
          gate: gateTextZh,
          approval: approvalTextZh,
          emergency: emergencyTextZh,
          walk: walkTextZh,
        },
      },
      en: {
        translation: {
          ...en,
          access: accessTextEn,
          charts: chartsTextEn,
          trace: traceTextEn,
          canaries: canariesTextEn,
          changes: changesTextEn,
          importUndo: importUndoTextEn,
          ledger: ledgerTextEn,
          openings: openingsTextEn,
          me: meTextEn,
          people: peopleTextEn,
          account: accountTextEn,
          gate: gateTextEn,
          approval: approvalTextEn,
          emergency: emergencyTextEn,
          walk: walkTextEn,
        },
      },
    },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  })
  subscribePreferences(() => void instance.changeLanguage(currentPreferences().language))
  return instance
}

/** Texts of the page, plus `pick`: which of the server's two texts to show. */
export function useText() {
  const { t, i18n } = useTranslation()
  const language = i18n.language
  const pick = (zh: string, english: string): string => (language === 'en' && english ? english : zh)
  return { t, language, pick }
}
