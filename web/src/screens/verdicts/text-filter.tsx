import { useRef, useState } from 'react'
import { useText } from '../../text/setup-text.ts'
import { useKeys } from '../../ui/use-keys.ts'

/** Words looked for in purpose and case number; sent on Enter, so that half a word is never asked. `/` comes here. */
export function TextFilter({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  const { t } = useText()
  const [typed, setTyped] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  useKeys({
    '/': (event) => {
      event.preventDefault()
      input.current?.focus()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onChange(typed.trim())
      }}
    >
      <input
        ref={input}
        type="search"
        className="input small w-44!"
        maxLength={64}
        aria-label={t('verdicts.text')}
        placeholder={t('verdicts.text')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => typed.trim() !== text && onChange(typed.trim())}
      />
    </form>
  )
}
