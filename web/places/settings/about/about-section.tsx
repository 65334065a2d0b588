import { useMay } from '../../../data/session.ts';
import { PageHead } from '../../../parts/page-head.tsx';
import { ServerFacts } from '../../../parts/server-facts.tsx';
import { useWords } from '../../../words/words.tsx';

/** What runs, and where to read more. */
export function AboutSection() {
  const { settings, about } = useWords();
  const words = settings.about;
  const isOperator = useMay()('organizations.create');
  return (
    <>
      <PageHead title={about.title} below={words.below} />
      <div className="stack">
        <section className="sheet" aria-label={about.label}>
          <div className="body">
            <ServerFacts />
            {!isOperator && <p className="dim small">{words.hidden}</p>}
          </div>
        </section>
        <section className="sheet" aria-label={words.more}>
          <header>
            <h2>{words.more}</h2>
          </header>
          <div className="body">
            <p>
              <a href="/api/docs">{words.docs}</a>
            </p>
            <p>
              <a href="/api/openapi.json">{words.openapi}</a>
            </p>
            <p>
              {words.guides} <code>docs/guide</code>
            </p>
            <p>
              {words.changes} <code>CHANGELOG.md</code>
            </p>
            <p>
              {words.commands} <code>npx tanhua --help</code>
            </p>
          </div>
        </section>
      </div>
    </>
  );
}
