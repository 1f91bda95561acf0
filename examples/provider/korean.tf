# Messages of the service and display names in Korean.
provider "scpbilling" {
  alias       = "korean"
  environment = "e"
  language    = "ko-KR"
}
