import { Select as AriaSelect, Button, Label, ListBox, ListBoxItem, Popover, SelectValue } from 'react-aria-components'
import { useText } from '../text/setup-text.ts'

export interface Choice {
  readonly key: string
  readonly label: string
}

interface Props {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly selected: string
  readonly onSelect: (key: string) => void
  /** `chip`: label and value on one line, for filter bars */
  readonly look?: 'field' | 'chip'
  readonly isOn?: boolean
  readonly isRequired?: boolean
}

/** One of a few. As a chip it reads 「機關：全部」. */
export function Select({
  label,
  choices,
  selected,
  onSelect,
  look = 'field',
  isOn = false,
  isRequired = false,
}: Props) {
  const { t } = useText()
  const isChip = look === 'chip'
  return (
    <AriaSelect
      value={selected}
      onChange={(key) => onSelect(String(key))}
      isRequired={isRequired}
      className={isChip ? 'max-w-full' : 'field'}
      {...(isChip && { 'aria-label': label })}
    >
      {!isChip && <Label>{label}</Label>}
      <Button
        className={
          isChip
            ? `btn small chip max-w-full ${isOn ? 'chip-on' : ''}`
            : 'input flex items-center justify-between gap-2 text-left cursor-pointer'
        }
      >
        {isChip && <span aria-hidden="true">{t('kit.labelled', { label })}</span>}
        <SelectValue className="one-line">{({ selectedText }) => selectedText}</SelectValue>
        <span aria-hidden="true" className="text-faint">
          ▾
        </span>
      </Button>
      <Popover className="popover" offset={4}>
        <ListBox className="menu" items={choices.map((choice) => ({ ...choice, id: choice.key }))}>
          {(choice) => (
            <ListBoxItem id={choice.key} textValue={choice.label} className="menu-item">
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
