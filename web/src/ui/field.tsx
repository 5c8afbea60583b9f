import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from 'react-aria-components'

interface Props extends Omit<TextFieldProps, 'className' | 'children'> {
  readonly label: string
  readonly note?: string
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly className?: string
}

/** A line of text with its label, a note, and what is wrong with it. */
export function Field({ label, note, error, placeholder = '', className = '', ...rest }: Props) {
  return (
    <TextField isInvalid={error !== undefined} {...rest} className={`field ${className}`}>
      <Label>{label}</Label>
      <Input className="input" placeholder={placeholder} />
      {note && (
        <Text slot="description" className="field-note">
          {note}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  )
}
