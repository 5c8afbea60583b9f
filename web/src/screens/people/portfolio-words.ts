import { useText } from '../../text/setup-text.ts'

const SHOWN = 4

/** What somebody handles in words: `company:123` as it is, `company ×2` as how many. */
export function usePortfolioWords(): (keys: readonly string[]) => string {
  const { t } = useText()
  const kindOf = (kind: string) => t(`people.kinds.${kind}`, { defaultValue: kind })
  const wordOf = (key: string) => {
    const counted = /^(\w+) ×(\d+)$/.exec(key)
    if (counted) return t('people.kindCount', { kind: kindOf(counted[1] ?? ''), number: Number(counted[2]) })
    const cut = key.indexOf(':')
    return `${kindOf(key.slice(0, cut))} ${key.slice(cut + 1)}`
  }
  return (keys) => {
    const words = keys.slice(0, SHOWN).map(wordOf).join(t('people.listMark'))
    return keys.length > SHOWN ? `${words} …（${keys.length}）` : words
  }
}
