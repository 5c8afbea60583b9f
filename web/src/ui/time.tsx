import { isoTaipei, longDay, longTime, shortTime } from '../format/moment.ts'
import { useText } from '../text/setup-text.ts'

/** An instant in Taipei time: ROC long form (or short in dense rows), the ISO form on hover. */
export function Time({ at, form = 'long' }: { readonly at: string; readonly form?: 'long' | 'short' | 'day' }) {
  const { language } = useText()
  const words = form === 'short' ? shortTime(at) : form === 'day' ? longDay(at, language) : longTime(at, language)
  return (
    <time dateTime={at} title={isoTaipei(at)} className="whitespace-nowrap">
      {words}
    </time>
  )
}
