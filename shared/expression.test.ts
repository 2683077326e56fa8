import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, ExpressionError, isTrue, namesIn, parseExpression } from './expression'

const values: Readonly<Record<string, number>> = { lost: 2, sent: 10, 'lost(dan)': 2, 'sent(orders:{eu})': 4 }
const valueOf = (text: string) =>
  evaluate(parseExpression(text), (name, argument) => values[argument === undefined ? name : `${name}(${argument})`])

describe('an expression', () => {
  it.each([
    ['lost = 2', 1],
    ['lost == 2 and sent != 2', 1],
    ['lost > 2 or not sent < 10', 1],
    ['not (lost = 2)', 0],
    ['lost(dan) + 8 = sent', 1],
    ['sent - lost - 3 = 5', 1],
    ['sent(orders:{eu}) >= 4', 1],
    ['lost = 1 or lost = 3 and sent = 10', 0],
    ['state = ok', 0],
    ['ok = ok', 1],
    ['1.5 < 2', 1],
  ])('%s is %d', (text, expected) => {
    expect(valueOf(text)).toBe(expected)
  })

  it.each([
    ['', 'the expression ends too early', 1],
    ['lost >', 'the expression ends too early', 7],
    ['lost > > 1', '">" is not expected here', 8],
    ['lost = 1 sent', '"sent" is not expected here', 10],
    ['(lost = 1', '")" is missing', 10],
    ['lost(dan = 1', '")" is missing', 13],
    ['lost ? 1', '"?" is not part of an expression', 6],
  ])('"%s" is refused: %s', (text, message, column) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ message, column }))
  })

  it('names what it asks for', () => {
    expect(namesIn(parseExpression('not lost(dan) > sent'))).toMatchObject([
      { name: 'lost', argument: 'dan', column: 5 },
      { name: 'sent', argument: undefined, column: 17 },
    ])
  })

  it('never fails in any other way than by saying where it is wrong', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom('lost', '1', '(', ')', 'and', 'not', '>=', '+', ' ', 'or')),
        (text, parts) => {
          for (const candidate of [text, parts.join(' ')]) {
            try {
              isTrue(evaluate(parseExpression(candidate), () => 1))
            } catch (error) {
              expect(error).toBeInstanceOf(ExpressionError)
            }
          }
        },
      ),
    )
  })
})
