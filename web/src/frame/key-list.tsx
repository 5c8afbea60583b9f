import { useText } from '../text/setup-text.ts'
import { commandKey, Kbd } from '../ui/kbd.tsx'

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['palette', [`${commandKey}K`]],
  ['down', ['j', '↓']],
  ['up', ['k', '↑']],
  ['open', ['Enter']],
  ['page', ['o']],
  ['close', ['Esc']],
  ['search', ['/']],
  ['help', ['?']],
]

/** The keys with what they do. */
export function KeyList() {
  const { t } = useText()
  return (
    <dl className="facts">
      {KEYS.map(([name, keys]) => (
        <div key={name} className="contents">
          <dt className="flex gap-1">
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dt>
          <dd>{t(`keys.${name}`)}</dd>
        </div>
      ))}
    </dl>
  )
}
