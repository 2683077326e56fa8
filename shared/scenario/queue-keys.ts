/** Settings of producers and consumers that mean something for one kind of queue only. */
export const producerKeys = {
  delayed: ['delay', 'skew'],
  priority: ['priorities'],
  stream: ['maxlen', 'maxage', 'exact'],
} as const

export const consumerKeys = {
  list: ['reliable', 'lease', 'checked'],
  stream: ['group', 'from', 'noack', 'claim', 'resume', 'atomic'],
} as const
