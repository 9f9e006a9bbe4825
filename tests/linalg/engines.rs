//! Each engine by itself over all families.

use salon_demos::linalg::svd::{Engine, Svd, singular_values, svd, svd_by};
use salon_demos::linalg::{LinalgError, Matrix};

use crate::families::{Member, known, of_shape, random};
use crate::measures::{BOUND, check, off_values};

/// All but divide and conquer, which is for larger ones.
fn all_of(members: &[Member]) {
    let mut refused = Vec::new();
    for Member { name, m, values } in members {
        let [a, b] = [Engine::Jacobi, Engine::Qr].map(|engine| svd_by(engine, m).expect(name));
        check(&format!("Jacobi, {name}"), m, &a);
        check(&format!("QR, {name}"), m, &b);
        let expected = values.as_ref().unwrap_or(&a.s);
        let alone = singular_values(m).expect(name);
        let mut found = vec![("Jacobi", &a.s), ("QR", &b.s), ("values alone", &alone)];
        let c = right_or_refused(Engine::Nalgebra, name, m);
        match &c {
            Some(c) => found.push(("nalgebra", &c.s)),
            None => refused.push(name),
        }
        // The door has an answer where its first engine has none.
        check(&format!("the door, {name}"), m, &svd(m).expect(name));
        for (which, found) in found {
            let off = off_values(m.shape(), found, expected);
            assert!(
                off < BOUND,
                "{which}, {name}: {off}\n{found:?}\n{expected:?}"
            );
        }
    }
    assert!(refused.len() <= members.len() / 2, "{refused:?}");
}

/// An engine whose answers are checked may have none.
fn right_or_refused(engine: Engine, name: &str, m: &Matrix) -> Option<Svd> {
    match svd_by(engine, m) {
        Ok(found) => {
            check(&format!("{engine:?}, {name}"), m, &found);
            Some(found)
        }
        Err(LinalgError::NotConverged { .. }) => None,
        Err(other) => panic!("{name}: {other}"),
    }
}

#[test]
fn small() {
    for (rows, columns) in [
        (1, 1),
        (2, 2),
        (3, 2),
        (2, 5),
        (1, 6),
        (6, 1),
        (7, 7),
        (12, 9),
    ] {
        all_of(&of_shape(rows, columns));
    }
}

#[test]
fn around_where_the_engine_changes() {
    for (rows, columns) in [(12, 12), (13, 12), (41, 33)] {
        all_of(&of_shape(rows, columns));
    }
}

#[test]
fn tall() {
    all_of(&of_shape(90, 12));
}

#[test]
fn wide() {
    all_of(&of_shape(12, 90));
}

#[test]
fn one_row_or_column() {
    for (rows, columns) in [(1, 90), (90, 1), (1, 300), (300, 1), (2, 300)] {
        all_of(&of_shape(rows, columns));
    }
}

/// nalgebra's answer for it is wrong, which is found out: by itself it has none, and behind the door faer's is taken.
#[test]
fn an_engine_without_an_answer_says_so_and_is_followed_by_another() {
    let m = of_shape(12, 9)
        .into_iter()
        .map(|member| member.m)
        .find(|m| svd_by(Engine::Nalgebra, m).is_err())
        .expect("one that nalgebra has no answer to");
    let error = svd_by(Engine::Nalgebra, &m).unwrap_err();
    assert_eq!(
        error,
        LinalgError::NotConverged {
            rows: 12,
            columns: 9
        }
    );
    assert!(
        error.to_string().contains("12 × 9 were not found"),
        "{error}"
    );
    assert_eq!(Engine::of(12, 9), [Engine::Nalgebra, Engine::Qr]);
    assert_eq!(svd(&m).unwrap(), svd_by(Engine::Qr, &m).unwrap());
}

/// Divide and conquer is right or says that it is not, and then another engine is right.
fn all_divided(members: impl Iterator<Item = Member>) {
    for Member { name, m, values } in members {
        right_or_refused(Engine::DivideAndConquer, &name, &m);
        let found = svd(&m).expect(&name);
        check(&name, &m, &found);
        let alone = singular_values(&m).expect(&name);
        let expected = values.as_ref().unwrap_or(&found.s);
        for s in [&found.s, &alone] {
            let off = off_values(m.shape(), s, expected);
            assert!(off < BOUND, "{name}: {off}");
        }
    }
}

#[test]
fn divided() {
    all_divided(of_shape(52, 48).into_iter());
}

/// So large that the work is split in two, with the same bits each time, whatever runs beside it.
#[test]
fn divided_in_two() {
    let (rows, columns) = (736, 720);
    let full = random(rows, columns, 7);
    let low = random(rows, 300, 8) * random(300, columns, 9);
    for (name, m) in [("random", full), ("of rank 300", low)] {
        let found = svd(&m).expect(name);
        check(name, &m, &found);
        let again = svd(&m).expect(name);
        assert_eq!(
            (&found.u, &found.vt, &found.s),
            (&again.u, &again.vt, &again.s),
            "{name}"
        );
        let alone = singular_values(&m).expect(name);
        let off = off_values(m.shape(), &alone, &found.s);
        assert!(off < BOUND, "{name}: {off}");
    }
}

/// Those of another part.
#[test]
fn divided_large() {
    let some = ["random", "clustered"];
    let some = |member: &Member| some.iter().any(|name| member.name.starts_with(name));
    all_divided(of_shape(130, 128).into_iter().filter(some));
}

#[test]
fn divided_all() {
    for (rows, columns) in [
        (70, 66),
        (90, 120),
        (150, 140),
        (130, 150),
        (300, 300),
        (200, 400),
    ] {
        all_divided(of_shape(rows, columns).into_iter());
    }
}

/// What faer 0.24.4 answers wrongly: U Σ Vᵀ is another matrix, or V is thousands of units from orthonormal.
#[test]
fn a_wrong_answer_is_noticed() {
    let half = of_shape(40, 40)
        .into_iter()
        .find(|member| member.name.starts_with("rank of half"));
    let whole = Matrix::from_fn(150, 150, |i, j| ((i * 5 + j * 3) % 7) as f64);
    for m in [half.unwrap().m, whole] {
        assert!(svd_by(Engine::DivideAndConquer, &m).is_err());
        check("noticed", &m, &svd(&m).unwrap());
    }
}

/// nalgebra 0.35's U Σ Vᵀ is 68 units off.
#[test]
fn a_rough_answer_is_noticed() {
    let m = of_shape(2, 5)
        .into_iter()
        .find(|member| member.name.starts_with("far below"))
        .unwrap()
        .m;
    assert!(svd_by(Engine::Nalgebra, &m).is_err());
}

#[test]
fn known_values() {
    all_of(&known());
}
