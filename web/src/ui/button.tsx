import { Button as AriaButton, type ButtonProps } from 'react-aria-components'

interface Props extends Omit<ButtonProps, 'className'> {
  readonly look?: 'normal' | 'primary' | 'plain' | 'danger'
  readonly size?: 'normal' | 'small'
  readonly className?: string
}

/** An act. `danger` marks what cannot be undone; it is ink, not red, since vermilion means contradicted. */
export function Button({ look = 'normal', size = 'normal', className = '', ...rest }: Props) {
  const classes = ['btn', look === 'normal' ? '' : look, size === 'small' ? 'small' : '', className]
  return <AriaButton className={classes.filter(Boolean).join(' ')} {...rest} />
}
