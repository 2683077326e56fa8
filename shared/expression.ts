/**
 * The one small language in which expectations, conditions and filters are written:
 *
 *   lost >= 1 and delivered(cleo) = sent(chatroom)
 *
 * Names are looked up by whoever evaluates; an argument is everything between the parentheses, so a key with
 * braces or colons needs no quotes. `=` and `==` are the same. Truth is 1, falsehood 0.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'call'; readonly name: string; readonly argument: string | undefined; readonly column: number }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }

export type Operator = 'and' | 'or' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-'
export type Value = number | string

export class ExpressionError extends Error {
  constructor(
    message: string,
    /** From 1, in the expression's own text. */
    readonly column: number,
  ) {
    super(message)
  }
}

interface Token {
  readonly text: string
  readonly column: number
}

const tokenPattern = /\s*(?:(>=|<=|!=|==|[=<>+\-()])|(\d+(?:\.\d+)?)|([A-Za-z_][\w.-]*))/y
const comparisons: readonly string[] = ['=', '==', '!=', '<', '<=', '>', '>=']

/** Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  let position = 0
  let token = next()
  const expression = or()
  if (token) throw new ExpressionError(`"${token.text}" is not expected here`, token.column)
  return expression

  function next(): Token | undefined {
    tokenPattern.lastIndex = position
    const match = tokenPattern.exec(text)
    if (!match) {
      const rest = text.slice(position)
      if (rest.trim() === '') return undefined
      const column = position + rest.search(/\S/) + 1
      throw new ExpressionError(`"${text[column - 1]}" is not part of an expression`, column)
    }
    position = tokenPattern.lastIndex
    const found = (match[1] ?? match[2] ?? match[3])!
    return { text: found, column: position - found.length + 1 }
  }

  function or(): Expression {
    let left = and()
    while (token?.text === 'or') {
      token = next()
      left = { kind: 'binary', operator: 'or', left, right: and() }
    }
    return left
  }

  function and(): Expression {
    let left = not()
    while (token?.text === 'and') {
      token = next()
      left = { kind: 'binary', operator: 'and', left, right: not() }
    }
    return left
  }

  function not(): Expression {
    if (token?.text !== 'not') return comparison()
    token = next()
    return { kind: 'not', operand: not() }
  }

  function comparison(): Expression {
    const left = sum()
    if (!token || !comparisons.includes(token.text)) return left
    const operator = (token.text === '==' ? '=' : token.text) as Operator
    token = next()
    return { kind: 'binary', operator, left, right: sum() }
  }

  function sum(): Expression {
    let left = operand()
    while (token && (token.text === '+' || token.text === '-')) {
      const operator = token.text
      token = next()
      left = { kind: 'binary', operator, left, right: operand() }
    }
    return left
  }

  function operand(): Expression {
    if (!token) throw new ExpressionError('the expression ends too early', text.length + 1)
    const { text: word, column } = token
    if (word === '(') {
      token = next()
      const inner = or()
      if (token?.text !== ')') throw new ExpressionError('")" is missing', token?.column ?? text.length + 1)
      token = next()
      return inner
    }
    if (/^\d/.test(word)) {
      token = next()
      return { kind: 'number', value: Number(word) }
    }
    if (!/^[A-Za-z_]/.test(word)) throw new ExpressionError(`"${word}" is not expected here`, column)
    if (text[position] === '(') {
      const close = text.indexOf(')', position)
      if (close < 0) throw new ExpressionError('")" is missing', text.length + 1)
      const argument = text.slice(position + 1, close).trim()
      position = close + 1
      token = next()
      return { kind: 'call', name: word, argument, column }
    }
    token = next()
    return { kind: 'call', name: word, argument: undefined, column }
  }
}

/** Gives what a name stands for now, or undefined when it stands for nothing: then it is taken as a word. */
export type Lookup = (name: string, argument: string | undefined) => Value | undefined

export function evaluate(expression: Expression, lookup: Lookup): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'call':
      return lookup(expression.name, expression.argument) ?? expression.name
    case 'not':
      return isTrue(evaluate(expression.operand, lookup)) ? 0 : 1
    case 'binary': {
      const left = evaluate(expression.left, lookup)
      if (expression.operator === 'and' && !isTrue(left)) return 0
      if (expression.operator === 'or' && isTrue(left)) return 1
      return apply(expression.operator, left, evaluate(expression.right, lookup))
    }
  }
}

export function isTrue(value: Value): boolean {
  return value !== 0 && value !== ''
}

/** Every name that an expression uses, so that a schema can check them before anything runs. */
export function namesIn(
  expression: Expression,
): readonly { name: string; argument: string | undefined; column: number }[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'call':
      return [expression]
    case 'not':
      return namesIn(expression.operand)
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)]
  }
}

function apply(operator: Operator, left: Value, right: Value): number {
  switch (operator) {
    case 'and':
    case 'or':
      return isTrue(right) ? 1 : 0
    case '=':
      return left === right ? 1 : 0
    case '!=':
      return left !== right ? 1 : 0
    case '<':
      return left < right ? 1 : 0
    case '<=':
      return left <= right ? 1 : 0
    case '>':
      return left > right ? 1 : 0
    case '>=':
      return left >= right ? 1 : 0
    case '+':
      return Number(left) + Number(right)
    case '-':
      return Number(left) - Number(right)
  }
}
