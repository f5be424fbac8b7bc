/** A message as Graph lists it. */
export interface MailMessage {
  id: string;
  receivedDateTime: string;
  subject: string;
  bodyPreview: string;
  isRead: boolean;
  from: { emailAddress: { name: string; address: string } };
}

export interface MailboxOptions {
  /** Messages at the start. Default 347. */
  messages?: number;
  /** One more message each time this many milliseconds have passed. Default: none arrive. */
  arrivalEveryMs?: number;
}

/** An inbox whose content follows from its options and the time alone: every third message is unread. */
export interface Mailbox {
  total(): number;
  unread(): number;
  /** Newest first, as they stood when there were `total` of them, so that arrivals do not shift the pages of a walk. */
  page(total: number, skip: number, top: number): MailMessage[];
}

export function createMailbox({ messages = 347, arrivalEveryMs }: MailboxOptions = {}): Mailbox {
  const openedAt = Date.now();
  const total = () => messages + (arrivalEveryMs ? Math.floor((Date.now() - openedAt) / arrivalEveryMs) : 0);
  const receivedAt = (index: number) =>
    index < messages
      ? openedAt - (messages - index) * 600_000
      : openedAt + (index - messages + 1) * (arrivalEveryMs ?? 0);
  return {
    total,
    unread: () => Math.ceil(total() / 3),
    page(of, skip, top) {
      const count = Math.max(0, Math.min(top, of - skip));
      return Array.from({ length: count }, (_, i) => {
        const index = of - 1 - skip - i;
        return messageAt(index, receivedAt(index));
      });
    },
  };
}

const SENDERS = ['Ada', 'Barbara', 'Grace', 'Hedy', 'Katherine', 'Mary', 'Radia'];
const SUBJECTS = ['Figures for the month', 'Minutes', 'A question', 'Lunch?', 'Draft, third version'];

function messageAt(index: number, receivedAt: number): MailMessage {
  const name = SENDERS[index % SENDERS.length] as string;
  const subject = `${SUBJECTS[index % SUBJECTS.length]} (${index + 1})`;
  return {
    id: `AAMk${String(index + 1).padStart(8, '0')}`,
    receivedDateTime: new Date(receivedAt).toISOString(),
    subject,
    bodyPreview: `This is message number ${index + 1}.`,
    isRead: index % 3 !== 0,
    from: { emailAddress: { name, address: `${name.toLowerCase()}@fabrikam.example` } },
  };
}
