// Later styles override earlier ones.
import '@fontsource-variable/source-sans-3/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../look/tokens.css';
import '../look/base.css';
import './portal.css';
