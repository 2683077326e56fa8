/** Narration is Markdown from strangers' files. Of it, strong, emphasis and code are drawn; the rest stays plain text. */
export interface Span {
  readonly tag: 'span' | 'strong' | 'em' | 'code'
  readonly text: string
}

const marks = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|(?<!\w)_([^_\n]+)_(?!\w)/g

export function spansOf(text: string): Span[] {
  const spans: Span[] = []
  let from = 0
  for (const match of text.matchAll(marks)) {
    const [whole, code, strong, star, underline] = match
    if (match.index > from) spans.push({ tag: 'span', text: text.slice(from, match.index) })
    if (code) spans.push({ tag: 'code', text: code })
    else if (strong) spans.push({ tag: 'strong', text: strong })
    else spans.push({ tag: 'em', text: (star ?? underline)! })
    from = match.index + whole.length
  }
  if (from < text.length) spans.push({ tag: 'span', text: text.slice(from) })
  return spans
}
