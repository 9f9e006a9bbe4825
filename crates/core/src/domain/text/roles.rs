//! Names that belong to those who run the session: nobody of the audience is called “Host”.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::alike::plain_words;

/// What the people in charge of a session are called, in the languages of many audiences. Compared as a word filter
/// compares: without case and accents, with letters that look alike taken for the same.
pub(super) const ROLES: &str = "
    host hosts hostess cohost moderator moderators mod mods moderation speaker speakers presenter presenters
    admin admins administrator administrators organizer organizers organiser organisers staff operator system
    facilitator emcee chair chairman chairwoman chairperson panelist panellist salon
    Gastgeber Gastgeberin Moderatorin Moderatoren Sprecher Sprecherin Referent Referentin Redner Rednerin
    Veranstalter Veranstalterin Vortragende Vortragender Leitung Regie
    hôte hôtesse animateur animatrice modérateur modératrice modération intervenant intervenante conférencier
    conférencière orateur oratrice organisateur organisatrice présentateur présentatrice administrateur administratrice
    anfitrión anfitriona moderador moderadora ponente orador oradora organizador organizadora presentador presentadora
    administrador administradora
    moderatore moderatrice relatore relatrice organizzatore organizzatrice conduttore conduttrice presentatore
    presentatrice amministratore
    anfitrião anfitriã palestrante apresentador apresentadora
    gastheer gastvrouw spreker organisator presentator beheerder
    värd värdinna talare arrangör ordförande vært vertinde taler ordstyrer arrangør vert foredragsholder
    juontaja puhuja puheenjohtaja moderaattori
    gospodarz moderatorka prelegent prelegentka prowadzący prowadząca organizatorka
    moderátor moderátorka hostitel řečník přednášející
    házigazda előadó
    sunucu moderatör konuşmacı organizatör yönetici
    ведущий ведущая модератор спикер докладчик организатор хост администратор
    ведучий ведуча доповідач організатор адміністратор
    οικοδεσπότης συντονιστής ομιλητής διαχειριστής
    المضيف مضيف المشرف مشرف المتحدث متحدث المنظم
    מנחה מארח דובר מרצה
    होस्ट मेज़बान संचालक वक्ता
    ホスト 司会 司会者 主催 主催者 モデレーター モデレータ 登壇者 発表者 講演者 スピーカー 管理者 運営
    主持人 主持 主讲人 主講人 主讲 版主 管理员 管理員 组织者 組織者 演讲者 演講者 主办方 主辦方
    호스트 진행자 사회자 발표자 주최자 관리자 연사 모더레이터
";

/// Words that make no other name of a role.
const BESIDE: &str = "
    the a an your our my this official real main co session talk event team and of
    der die das dein euer unser ihr le la les l el los las il lo o os de het en den ett et
";

fn words_of(list: &str) -> HashSet<String> {
    list.split_whitespace()
        .filter_map(|word| match plain_words(word).as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        })
        .collect()
}

static ROLE_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| words_of(ROLES));
static WORDS_BESIDE: LazyLock<HashSet<String>> = LazyLock::new(|| words_of(BESIDE));

/// Whether a name, or a part of it that stands by itself, says that its bearer runs the session: “Host”, “The Moderator”,
/// “Rob (Speaker)”. “Rob Host” is a name.
pub fn poses_as_one_of_the_house(name: &str) -> bool {
    let by_itself = |c: char| {
        "()[]{}<>:;,|/\\–—•·*~_=".contains(c)
            || matches!(c, '（' | '）' | '：' | '【' | '】' | '、' | '｜')
    };
    name.split(by_itself)
        .flat_map(|part| part.split(" - "))
        .any(names_a_role)
}

fn names_a_role(part: &str) -> bool {
    // H o s t
    let pieces: Vec<&str> = part
        .split(|c: char| !c.is_alphanumeric())
        .filter(|piece| !piece.is_empty())
        .collect();
    let spelled = pieces.len() > 2 && pieces.iter().all(|piece| piece.chars().count() == 1);
    // Host2, which is another word than Host
    let numbered = part
        .split_whitespace()
        .map(|word| word.trim_matches(char::is_numeric))
        .collect::<Vec<_>>()
        .join(" ");
    says_a_role(part) || says_a_role(&numbered) || (spelled && says_a_role(&pieces.concat()))
}

fn says_a_role(part: &str) -> bool {
    let words = plain_words(part);
    let is_number = |word: &str| word.chars().all(char::is_numeric);
    let role = |word: &String| ROLE_WORDS.contains(word);
    let beside = |word: &String| WORDS_BESIDE.contains(word) || is_number(word);
    if words.iter().any(role) {
        return words.iter().all(|word| role(word) || beside(word));
    }
    // The same in letters that are signs, and so no words before.
    let spelled = words.len() > 2 && words.iter().all(|word| word.chars().count() == 1);
    spelled && role(&words.concat())
}
