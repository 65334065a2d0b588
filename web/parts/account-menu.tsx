import { Menu } from '@mantine/core';
import { useMay, useSession, useSignOut } from '../data/session.ts';
import { setDensity, setTheme, useTheme, type Density, type Theme } from '../look/theme.ts';
import { languageNames, languages, setLanguage, useLanguage } from '../words/language.ts';
import { useWords } from '../words/words.tsx';
import styles from './account-menu.module.css';

const themes: readonly Theme[] = ['light', 'dark', 'system'];
const densities: readonly Density[] = ['comfortable', 'dense'];

interface Props {
  readonly showKeys: () => void;
  readonly showAbout: () => void;
}

/** Who is signed in, with the preferences of this browser and the way out. */
export function AccountMenu({ showKeys, showAbout }: Props) {
  const words = useWords();
  const { data: session } = useSession();
  const may = useMay();
  const signOut = useSignOut();
  const { theme, density } = useTheme();
  const language = useLanguage();
  const role = session?.roleName === undefined ? undefined : words.roleName(session.roleName);
  return (
    <div className={styles['foot']}>
      <Menu position="top-start" width={216} withinPortal={false}>
        <Menu.Target>
          <button type="button" className={styles['who']}>
            <span className="hidden">
              {words.frame.account}
              {words.marks.colon}
            </span>
            <span title={session?.email}>{session?.firstName === '' ? session.email : session?.firstName}</span>
            <small title={role}>{role}</small>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.frame.theme}</Menu.Label>
          {themes.map((name) => (
            <Menu.RadioItem
              key={name}
              value={name}
              checked={theme === name}
              onChange={() => setTheme(name)}
              checkIcon="✓"
            >
              {words.frame.themes[name]}
            </Menu.RadioItem>
          ))}
          <Menu.Label>{words.frame.density}</Menu.Label>
          {densities.map((name) => (
            <Menu.RadioItem
              key={name}
              value={name}
              checked={density === name}
              onChange={() => setDensity(name)}
              checkIcon="✓"
            >
              {words.frame.densities[name]}
            </Menu.RadioItem>
          ))}
          <Menu.Label>{words.frame.language}</Menu.Label>
          {languageNames.map((name) => (
            <Menu.RadioItem
              key={name}
              value={name}
              lang={name}
              checked={language === name}
              onChange={() => setLanguage(name)}
              checkIcon="✓"
            >
              {languages[name]}
            </Menu.RadioItem>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={showKeys}>{words.frame.keys}</Menu.Item>
          {may('organization.read') && <Menu.Item onClick={showAbout}>{words.about.open}</Menu.Item>}
          <Menu.Item onClick={() => void signOut()}>{words.frame.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
