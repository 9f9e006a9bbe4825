//! Devices by name. What is built in differs; what is said of the rest does not.

use candle_core::Device;
use salon_demos::demos::rbf::device::open;

#[test]
fn the_cpu_is_always_there_and_told_with_its_threads() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let (device, shown) = one.unwrap().install(|| open("cpu")).unwrap();
    assert!(matches!(device, Device::Cpu));
    assert_eq!(shown, "cpu, 1 thread");
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build();
    let (_, shown) = three.unwrap().install(|| open("cpu")).unwrap();
    assert_eq!(shown, "cpu, 3 threads");
}

#[test]
fn auto_finds_something_everywhere() {
    let (device, shown) = open("auto").unwrap();
    let gpu = cfg!(any(feature = "cuda", feature = "metal"));
    assert!(gpu || matches!(device, Device::Cpu), "{shown}");
}

#[test]
fn what_is_not_a_device_or_not_built_in_is_said() {
    for name in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", "metal:0"] {
        let told = open(name).unwrap_err();
        assert!(
            told.contains(&format!("“{name}”")) && told.contains("cuda:0"),
            "{told}"
        );
    }
    if !cfg!(feature = "cuda") {
        let told = open("cuda:1").unwrap_err();
        assert!(
            told.contains("cuda:1") && told.contains("--features cuda"),
            "{told}"
        );
        assert_eq!(open("cuda").unwrap_err(), open("cuda:0").unwrap_err());
    }
    if !cfg!(feature = "metal") {
        let told = open("metal").unwrap_err();
        assert!(told.contains("--features metal"), "{told}");
    }
}
