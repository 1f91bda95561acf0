output "where_it_lives" {
  description = "Region and service of a resource, from its SRN."
  value = {
    for name, part in provider::scpbilling::parse_srn("srn:e::26affb52e16944038a0cd2cc26060e1c:kr-west1::virtualserver:server/0a1b2c3d") :
    name => part if contains(["region", "service"], name)
  }
}
