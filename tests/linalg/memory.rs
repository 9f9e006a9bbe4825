//! What a slider that is dragged costs the heap: the same shape again and again in a workspace.

use salon_demos::linalg::svd::{Engine, Workspace};

use crate::families::random;

/// Allocations of a decomposition in a workspace that has had one of its shape.
fn again(rows: usize, columns: usize) -> u64 {
    let mut workspace = Workspace::new();
    workspace.svd(&random(rows, columns, 1)).unwrap();
    let other = random(rows, columns, 2);
    let counted = allocation_counter::measure(|| {
        workspace.svd(&other).unwrap();
    });
    counted.count_total
}

#[test]
fn a_decomposition_in_a_workspace_allocates_next_to_nothing() {
    for (rows, columns) in [(2, 2), (4, 3), (8, 8), (8, 2)] {
        assert_eq!(Engine::of(rows, columns)[0], Engine::Jacobi);
        assert!(again(rows, columns) <= 1, "{rows} × {columns}");
    }
    // nalgebra has its own factors and what it bidiagonalises in, however large they are.
    for (rows, columns) in [(9, 9), (16, 12), (32, 32), (40, 24)] {
        assert_eq!(Engine::of(rows, columns)[0], Engine::Nalgebra);
        let (first, second) = (again(rows, columns), again(9, 9));
        assert!(
            first <= 24 && first == second,
            "{rows} × {columns}: {first}"
        );
    }
    // QR has all of its memory in the workspace, divide and conquer all but a few lists.
    assert_eq!(again(60, 40), 0);
    for (rows, columns) in [(64, 64), (128, 96)] {
        assert!(again(rows, columns) <= 12, "{rows} × {columns}");
    }
}
